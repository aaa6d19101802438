title     Community chairs
source    Nursing
asks      Who has chaired, from which side, since when?
founder   Ana

2026-01-05
project open "Falls prevention"
person add Ben --acts-for community --route elected
person add Eve --acts-for institution --route employed
body create "Steering group" --seats 2
body seat "Steering group" Ben --chosen-by community
body seat "Steering group" Eve --chosen-by institution
body chair "Steering group" Eve --chosen-by institution

2026-07-06
body unseat "Steering group" Eve --chair-only --cause rotated
body chair "Steering group" Ben --chosen-by community

? Who has chaired, from which side, since when?
  $ body show "Steering group"
  ~ Ben
  $ view seats
  = Steering group/chosen/institution/chair_days: 182
  = Steering group/chosen/community/chair_days: 1
  = Steering group/chosen/community/chairs: 1
