title     The work that nobody counts
source    Filipe
asks      How many hours went to relationships, and how many of them were paid?
founder   Ana

2026-01-05
project open "Neighbourhood health"
person add Ben --acts-for community
person add Eve --acts-for institution --route employed
key new Ben --no-passphrase
contribution record "Brokered between two families" --by Ben --stage S4b --kind brokering-trust --time 3h -> broker
contribution record "Sat with somebody after the meeting" --by Ben --stage S4b --kind peer-support --time 2h -> sat
contribution record "Kept in touch by phone" --by Eve --stage S4b --kind brokering-trust --time 4h
contribution record "Wrote the minutes" --by Ben --stage S4b --kind writing --time 1h
payment offer Ben 30 --for "Brokering" --contribution $broker -> paid
Ben: payment accept $paid
payment pay $paid

? How many hours went to relationships, and how many of them were paid?
  $ view time
  = S4b/community/intangible: 300
  = S4b/community/intangible_covered: 180
  = S4b/community/intangible_uncovered: 120
  = S4b/institution/intangible: 240
