title     One participant, any project
source    Participant
asks      Is everything recorded about me here, right, unaltered since I confirmed it, and how do I dispute it?
founder   Ana

2026-01-05
project open "Late clinic"
person add Ben --acts-for community --route open-call
key new Ben --no-passphrase
contribution record "Wrote the leaflet" --by Ben --stage S4b --kind writing --time 1h30 -> leaflet
contribution record "Chaired in June" --by Ben --stage G --kind chairing --time 2h -> june
told Ben --how printed --contact "Citizens' advice, 01632 960001"
Ben: confirm $leaflet
Ben: dispute $june --reason "It was July" -> query

2026-01-12
contribution record "Chaired in July" --by Ben --stage G --kind chairing --time 2h -> july
correct $june --instead $july --cause dispute
answer $query --outcome corrected --words "July it is"
Ben: answer $query --settled
checkpoint make

? Is everything that the ledger says about me here, and unaltered?
  $ log --about Ben
  ~ Wrote the leaflet
  ~ Chaired in July
  $ show $leaflet --proof
  ~ c2sp.org/tlog-proof@v1

? What did I say of it, and what became of my query?
  $ view integrity
  = confirmed/n: 1
  = disputed/n: 1
  = queries-answered/n: 1
  = corrected.dispute/n: 1
  $ view contributions
  = chairing/standing: 1
