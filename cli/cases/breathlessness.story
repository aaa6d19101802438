title     A theme that began with a service user
source    Filipe
asks      Prove the theme began with a service user and show the decision adopting it
founder   Ana

2026-01-05
project open "Respiratory theme"
person add Ben --acts-for community --route open-call
person add Eve --acts-for institution --route employed
key new Ben --no-passphrase
key new Eve --no-passphrase
Ben: problem propose "Breathlessness, not lungs" --words "Ask how we breathe, not how our lungs are" -> theme

2026-02-02
decision open "What is the theme?" --voter Ben --voter Eve --option breath="Breathlessness" --option lungs="Lung disease" --put-by breath=Ben --put-by lungs=Eve --problem "Breathlessness, not lungs" --raised-by Ben
Ben: decision vote "What is the theme?" breath
Eve: decision vote "What is the theme?" breath
decision close "What is the theme?" --reasons "It is what people live with" --owner Eve
problem adopt "Breathlessness, not lungs" --decision "What is the theme?"
checkpoint make

? Did the theme begin with a service user, and which decision adopted it?
  $ view decisions
  = What is the theme?/began_with: community
  = What is the theme?/outcome: decided
  $ view decision --about "What is the theme?"
  ~ a problem raised: community · Breathlessness, not lungs
  ~ problem taken up: Breathlessness, not lungs · 2026-02-02
  ~ counted again from ballots that each voter signed

? How would somebody else prove it?
  $ show $theme --proof
  ~ c2sp.org/tlog-proof@v1
  ~ index
