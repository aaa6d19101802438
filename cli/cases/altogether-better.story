title     Altogether Better: champions in general practice
source    Wilton
asks      Who gifted time, was payment ever offered, and did anyone move from recipient to colleague?
founder   Ana
note      Names are made up; the real programme was in more than 130 practices.

2026-01-05
project open "Practice champions"
person add Pat --acts-for community --route invited-by-staff
person add Sue --acts-for community --route invited-by-peer
person add Tom --acts-for community --route open-call
key new Pat --no-passphrase
key new Tom --no-passphrase
contribution record "Led the walking group" --by Pat --stage S4b --kind peer-support --time 2h -> walks
contribution record "Made the tea" --by Sue --stage S4b --kind hosting --time 1h -> tea
contribution record "Wrote the rota" --by Tom --stage S4b --kind writing --time 1h30 -> rota
Pat: gift declare --contribution $walks --words "I get more than I give"
payment offer Tom 15 --for "The rota" --contribution $rota -> offer
Tom: payment decline $offer

2026-06-01
person acts-for Tom bridging --role "Practice champions lead, employed"

? Who gifted time, and was payment ever offered?
  $ view hours
  = community/gift: 120
  = community/declined: 90
  = community/never_offered: 60
  $ view recognition
  = gift/declared, and standing/community/n: 1

? Did anyone move from recipient to colleague?
  $ log --type acting-for-declared
  ~ Tom · bridging
