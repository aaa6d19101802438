title     Rail tickets in advance, and funds that users run
source    Filipe
asks      What was spent on access in advance, and which budgets did users control?
founder   Ana

2026-01-05
project open "Disability forum"
person add Ben --acts-for community --route through-organisation
person add Cy --acts-for community --route through-organisation
key new Ben --no-passphrase
key new Cy --no-passphrase
budget open "Access" 400 --controller Ben --stage S4a
budget open "Venue" 300
support ask transport --words "Rail tickets booked with assistance"
payment offer Cy 46.50 --kind expense-in-advance --for "Rail ticket with assistance" --budget Access --cosigner Ben -> ticket
Cy: payment accept $ticket
payment pay $ticket

? What was spent on access in advance?
  $ view payments
  = expense-in-advance-GBP/offered: 46.50 GBP
  = expense-in-advance-GBP/paid: 46.50 GBP

? Which budgets do users control?
  $ budget show
  ~ Access
  ~ Ben
  $ view budgets
  = Access/opened: 400.00 GBP
  = Access/paid: 46.50 GBP
