title     Paid, unwilling, at risk
source    Filipe
asks      Who was offered, accepted, declined and why (aggregated); which refunds were late?
founder   Ana

2026-01-05
project open "Advice panel"
person add Ben --acts-for community
person add Cy --acts-for community
person add Dee --acts-for community
person add Eve --acts-for institution --route employed
power grant Eve budget
key new Ben --no-passphrase
key new Cy --no-passphrase
key new Dee --no-passphrase
key new Eve --no-passphrase
budget open "Panel" 500
payment offer Ben 25 --for "The panel in January" --budget Panel -> ben
payment offer Cy 25 --for "The panel in January" --budget Panel -> cy
payment offer Dee 25 --for "The panel in January" --budget Panel -> dee
payment advise Ben
Ben: payment accept $ben --less 10
Cy: payment decline $cy
Dee: payment accept $dee
Dee: payment claim 18 --for "The bus" --spent-on 2026-01-05 -> bus
Eve: payment approve $bus --budget Panel --due 2026-01-31

person add "Guest 1" --acts-for community
key new "Guest 1" --no-passphrase
payment offer "Guest 1" 25 --for "The panel in January" --budget Panel -> g1
Guest 1: payment decline $g1
person add "Guest 2" --acts-for community
key new "Guest 2" --no-passphrase
payment offer "Guest 2" 25 --for "The panel in January" --budget Panel -> g2
Guest 2: payment decline $g2
person add "Guest 3" --acts-for community
key new "Guest 3" --no-passphrase
payment offer "Guest 3" 25 --for "The panel in January" --budget Panel -> g3
Guest 3: payment decline $g3
person add "Guest 4" --acts-for community
key new "Guest 4" --no-passphrase
payment offer "Guest 4" 25 --for "The panel in January" --budget Panel -> g4
Guest 4: payment decline $g4
person add "Guest 5" --acts-for community
key new "Guest 5" --no-passphrase
payment offer "Guest 5" 25 --for "The panel in January" --budget Panel -> g5
Guest 5: payment decline $g5
person add "Guest 6" --acts-for community
key new "Guest 6" --no-passphrase
payment offer "Guest 6" 25 --for "The panel in January" --budget Panel -> g6
Guest 6: payment decline $g6
person add "Guest 7" --acts-for community
key new "Guest 7" --no-passphrase
payment offer "Guest 7" 25 --for "The panel in January" --budget Panel -> g7
Guest 7: payment decline $g7
person add "Guest 8" --acts-for community
key new "Guest 8" --no-passphrase
payment offer "Guest 8" 25 --for "The panel in January" --budget Panel -> g8
Guest 8: payment decline $g8
person add "Guest 9" --acts-for community
key new "Guest 9" --no-passphrase
payment offer "Guest 9" 25 --for "The panel in January" --budget Panel -> g9
Guest 9: payment decline $g9

2026-03-02
payment pay $bus
payment reasons 2026-01-01 2026-03-01 benefits=5 does-not-want-money=4

? Who was offered money, and what did they answer?
  $ view payments
  = fee-GBP/offers: 12
  = fee-GBP/accepted: 2
  = fee-GBP/accepted_less: 1
  = fee-GBP/declined: 10

? Why did people say no, where they chose to say?
  $ view reasons
  = benefits/people: 5
  = does-not-want-money/people: 4
  = all/people: 9

? Which refunds were late?
  $ view payments
  = claimed-expense-refund-GBP/late: 1
  = claimed-expense-refund-GBP/paid: 18.00 GBP

? Is late money something to look at?
  $ view concerns
  = T14/state: fires

? Who is owed what today?
  $ owed
  ~ 2 people are owed 35.00 GBP
