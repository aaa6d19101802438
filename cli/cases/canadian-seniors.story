title     Canadian seniors: two thirds said yes to money
source    Part 2
asks      Two-thirds of participants accepted, one-third did not want payment: is that our record, for meetings of up to six hours?
founder   Ana

2026-01-05
project open "Seniors' meetings"
person add "Senior 1" --acts-for community
key new "Senior 1" --no-passphrase
contribution record "Meeting 1" --by "Senior 1" --stage S2 --kind advice --time 6h -> m1
payment offer "Senior 1" 40 --for "A meeting of up to six hours" --contribution $m1 -> o1
person add "Senior 2" --acts-for community
key new "Senior 2" --no-passphrase
contribution record "Meeting 2" --by "Senior 2" --stage S2 --kind advice --time 6h -> m2
payment offer "Senior 2" 40 --for "A meeting of up to six hours" --contribution $m2 -> o2
person add "Senior 3" --acts-for community
key new "Senior 3" --no-passphrase
contribution record "Meeting 3" --by "Senior 3" --stage S2 --kind advice --time 6h -> m3
payment offer "Senior 3" 40 --for "A meeting of up to six hours" --contribution $m3 -> o3
person add "Senior 4" --acts-for community
key new "Senior 4" --no-passphrase
contribution record "Meeting 4" --by "Senior 4" --stage S2 --kind advice --time 6h -> m4
payment offer "Senior 4" 40 --for "A meeting of up to six hours" --contribution $m4 -> o4
person add "Senior 5" --acts-for community
key new "Senior 5" --no-passphrase
contribution record "Meeting 5" --by "Senior 5" --stage S2 --kind advice --time 6h -> m5
payment offer "Senior 5" 40 --for "A meeting of up to six hours" --contribution $m5 -> o5
person add "Senior 6" --acts-for community
key new "Senior 6" --no-passphrase
contribution record "Meeting 6" --by "Senior 6" --stage S2 --kind advice --time 6h -> m6
payment offer "Senior 6" 40 --for "A meeting of up to six hours" --contribution $m6 -> o6
person add "Senior 7" --acts-for community
key new "Senior 7" --no-passphrase
contribution record "Meeting 7" --by "Senior 7" --stage S2 --kind advice --time 6h -> m7
payment offer "Senior 7" 40 --for "A meeting of up to six hours" --contribution $m7 -> o7
person add "Senior 8" --acts-for community
key new "Senior 8" --no-passphrase
contribution record "Meeting 8" --by "Senior 8" --stage S2 --kind advice --time 6h -> m8
payment offer "Senior 8" 40 --for "A meeting of up to six hours" --contribution $m8 -> o8
person add "Senior 9" --acts-for community
key new "Senior 9" --no-passphrase
contribution record "Meeting 9" --by "Senior 9" --stage S2 --kind advice --time 6h -> m9
payment offer "Senior 9" 40 --for "A meeting of up to six hours" --contribution $m9 -> o9
person add "Senior 10" --acts-for community
key new "Senior 10" --no-passphrase
contribution record "Meeting 10" --by "Senior 10" --stage S2 --kind advice --time 6h -> m10
payment offer "Senior 10" 40 --for "A meeting of up to six hours" --contribution $m10 -> o10
person add "Senior 11" --acts-for community
key new "Senior 11" --no-passphrase
contribution record "Meeting 11" --by "Senior 11" --stage S2 --kind advice --time 6h -> m11
payment offer "Senior 11" 40 --for "A meeting of up to six hours" --contribution $m11 -> o11
person add "Senior 12" --acts-for community
key new "Senior 12" --no-passphrase
contribution record "Meeting 12" --by "Senior 12" --stage S2 --kind advice --time 6h -> m12
payment offer "Senior 12" 40 --for "A meeting of up to six hours" --contribution $m12 -> o12
Senior 1: payment accept $o1
Senior 2: payment accept $o2
Senior 3: payment accept $o3
Senior 4: payment accept $o4
Senior 5: payment accept $o5
Senior 6: payment accept $o6
Senior 7: payment accept $o7
Senior 8: payment accept $o8
Senior 9: payment decline $o9
Senior 10: payment decline $o10
Senior 11: payment decline $o11
Senior 12: payment decline $o12

? Did two thirds of the participants accept, and one third not want payment?
  $ view payments
  = fee-GBP/offers: 12
  = fee-GBP/places: 12
  = fee-GBP/accepted: 8
  = fee-GBP/declined: 4
  = fee-GBP/awaiting: 0
  ~ nobody has to say

? The same by people, not by offers?
  $ view fairness
  = accepted-people-fee/share: 66.7
  = accepted-people-fee/numerator: 8
  = accepted-offers-fee/share: 66.7
