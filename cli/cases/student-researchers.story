title     Student researchers, paid as the bid said
source    Nursing
asks      Were students paid as budgeted in the bid, per hour, and credited at analysis and presentation?
founder   Ana

2026-01-05
project open "Sleep on the ward"
budget open "Students, as in the bid" 200 --stage S5
person add Ines --acts-for bridging --route open-call --role "student researcher"
person add Jon --acts-for bridging --route open-call --role "student researcher"
key new Ines --no-passphrase
key new Jon --no-passphrase
person add Eve --acts-for institution --route employed
power grant Eve budget
key new Eve --no-passphrase
contribution record "Coded the interviews" --by Ines --stage S5 --kind analysis --time 4h --credit Ines=formal-analysis:lead -> coding
contribution record "Presented the poster" --by Ines --stage S6 --kind dissemination --time 2h --credit Ines=visualization:lead -> poster
contribution record "Coded the diaries" --by Jon --stage S5 --kind analysis --time 4h --credit Jon=formal-analysis:equal -> diaries
payment offer Ines 60 --kind wage --basis hour --for "Coding, 4 hours at 15" --contribution $coding --budget "Students, as in the bid" -> ines
payment offer Jon 60 --kind wage --basis hour --for "Coding, 4 hours at 15" --contribution $diaries --budget "Students, as in the bid" -> jon
Ines: payment accept $ines
Jon: payment accept $jon

2026-02-02
Ines: payment claim 60 --kind wage --offer $ines -> claimed
Eve: payment approve $claimed
payment pay $claimed

? Were students paid as the bid said?
  $ view payments
  = wage-GBP/offers: 2
  = wage-GBP/offered: 120.00 GBP
  = wage-GBP/paid: 60.00 GBP
  $ budget show
  ~ Students, as in the bid
  $ view hours
  = bridging/paid: 240
  = bridging/waiting: 240

? Were they credited at analysis and at presentation?
  $ view recognition
  = CRediT role/formal-analysis/bridging/n: 2
  = CRediT role/visualization/bridging/n: 1
