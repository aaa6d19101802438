title     A research consortium, Nigeria 2020–4
source    Turk
asks      Who set each research priority: front line, researchers or officials?
founder   Ana
note      Names and priorities are made up.

2026-01-19
project open "Stronger primary care"
person add Amina --acts-for front-line --route open-call
person add Bello --acts-for institution --route employed --role researcher
person add Chika --acts-for institution --route employed --role official
person add Dapo --acts-for community --route through-organisation
problem propose "Night shifts without light" --by Amina
problem propose "Data that nobody uses" --by Bello
problem propose "Budget lines that lapse" --by Chika
problem propose "Fees at the door" --by Dapo

2026-02-23
problem adopt "Night shifts without light" --reasons "Named first by all clinics"
problem adopt "Data that nobody uses"
problem refuse "Fees at the door" --reasons "Outside what the funder pays for"

? Who set each priority?
  $ view chains
  = Night shifts without light/side: front-line
  = Night shifts without light/reply: taken up
  = Data that nobody uses/side: institution
  = Fees at the door/side: community
  = Fees at the door/reply: refused
  = Budget lines that lapse/reply: no reply
  ~ Outside what the funder pays for
  $ view provenance
  = turned-down-community/n: 1
  = taken-up-others/n: 2
