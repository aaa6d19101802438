title     To, for, with: what we say and what they say
source    Wilton
asks      Where does our claimed level exceed the facts and what members say, on the ladder I choose?
founder   Ana

2026-01-05
project open "Day centre"
project open "Night line"
person add Ben --acts-for community --route open-call
person add Cy --acts-for community --route invited-by-staff
person add Eve --acts-for institution --route employed
key new Ben --no-passphrase
key new Cy --no-passphrase
contribution record "Sat in the planning group" --by Ben --project "Day centre" --stage S2 --level collaborate --scale group
contribution record "Ran the evenings" --by Cy --project "Night line" --stage S4b --level collaborate --scale group
problem propose "Nobody answers at night" --by Cy --project "Night line"
problem adopt "Nobody answers at night" --project "Night line"
Ben: contribution level consult --project "Day centre" --words "We were asked when it was drawn"
Cy: contribution level collaborate --project "Night line"

? Where does the level we claim exceed what members say?
  $ view levels
  = Day centre/claimed: collaborate
  = Day centre/gap: claims «with», members say otherwise
  = Day centre/members_for: 1
  = Night line/gap: claims «with», members say so
  = Night line/problems_community: 1
  $ view levels --ladder arnstein
  ~ partnership, delegated power, citizen control

? Where should somebody look first?
  $ view concerns
  = T20/state: fires
