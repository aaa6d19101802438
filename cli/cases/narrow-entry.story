title     A narrow door: recruited by staff
source    Nursing
asks      By what route and whose invitation did each member join?
founder   Ana

2026-01-05
project open "Ward council"
person add Sister --acts-for front-line --route employed
person add "Member 1" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 2" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 3" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 4" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 5" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 6" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 7" --acts-for community --route invited-by-staff --invited-by Sister
person add "Member 8" --acts-for community --route open-call
person add "Member 9" --acts-for community --route open-call
person add "Member 10" --acts-for community --route open-call

? By what route and whose invitation did each member join?
  $ view inclusion
  = way in/invited by staff/community/n: 7
  = way in/invited by staff/community/share: 70.0
  = way in/open call/community/n: 3
  = gatekeeper/the most through one/community/share: 70.0

? Is it one door that staff control?
  $ view concerns
  = T9/state: fires
