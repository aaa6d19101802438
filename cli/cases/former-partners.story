title     What earlier partners taught the next project
source    Nursing
asks      Which former partners advised, and what changed?
founder   Ana

2026-01-05
project open "First round"
person add Ben --acts-for community --route open-call
person add Eve --acts-for institution --route employed
contribution record "Kept the diary" --by Ben --project "First round" --stage S4a --kind data-collection
problem propose "Forms nobody can read" --by Ben --project "First round"
project close "First round" --summary "Diaries were kept; the forms were not"

2026-06-01
project open "Second round"
key new Eve --no-passphrase
problem carry "Forms nobody can read" --project "First round" --to-project "Second round" --receiver Eve
Eve: problem receive "Forms nobody can read"
contribution record "Told us why forms failed" --by Ben --project "Second round" --stage S2 --kind advice --level involve
input submit "Draw the questions" --by Ben --project "Second round" --kind proposal --asked-by Eve
input answer "Draw the questions" accepted --reasons "The new form is drawn"
output publish "A drawn form" --kind tool --by Ben=lead --by Eve=supporting --project "Second round"
input cite "Draw the questions" --output "A drawn form"

? Which former partners advised, and what changed?
  $ view chains --project "Second round"
  = Draw the questions/side: community
  = Draw the questions/reply: accepted
  = Draw the questions/delivered: 1
  $ view voices --project "Second round"
  = named people/community/contributions: 1
  $ problem show "Forms nobody can read"
  ~ matter received by Eve
