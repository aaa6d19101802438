title     Take Responsibility, Nigeria: messages people would hear
source    Turk
asks      Which official messages were replaced, who co-wrote the new ones, and what was measured at 12 weeks (59%→81%)?
founder   Ana
note      Wordings are made up; the two shares are those that were published.

2026-01-12
project open "Take Responsibility"
person add Musa --acts-for community --route open-call
person add Hauwa --acts-for community --route invited-by-peer
person add Ngozi --acts-for institution --route employed
output publish "Stay at home" --kind message --official --by Ngozi
output publish "Avoid gatherings" --kind message --official --by Ngozi
input submit "Traders cannot stay at home" --by Musa --kind experience --asked-by Ngozi

2026-02-16
output publish "Trade in the open air" --kind message --official --by Musa=lead --by Hauwa=equal --by Ngozi=supporting --replaces "Stay at home"
input answer "Traders cannot stay at home" accepted --reasons "The message now says how to trade, not that one must not"
input cite "Traders cannot stay at home" --output "Trade in the open air"

2026-04-06
reflect point "12 weeks"
reflect outcome "people who say they can act on the advice" better --planned --measured "59:81:percent" --at "12 weeks" --stage S5
reflect outcome "traders who were fined all the same" worse --unplanned --at "12 weeks" --words "The market police had not been told"

? Which official messages were replaced, and who co-wrote the new ones?
  $ output list
  ~ Trade in the open air
  ~ Stay at home
  $ log --type output-published
  ~ Trade in the open air
  ~ Musa
  $ view chains
  = Traders cannot stay at home/reply: accepted
  = Traders cannot stay at home/delivered: 1

? What was measured at 12 weeks, and what had nobody planned?
  $ view reflection
  ~ 59
  ~ 81
  ~ traders who were fined all the same
