title     Scottish social security: experience panels over time
source    Nursing
asks      How did the picture differ at each evaluation date?
founder   Ana

2026-01-05
project open "Experience panels"
person add Ben --acts-for community --route open-call
person add Cy --acts-for community --route open-call
person add Eve --acts-for institution --route employed
contribution record "Panel, first round" --by Ben --stage S1 --kind priority-setting --level involve --on 2026-01-05
reflect point "Start"
reflect score rifkin "leadership=2" "needs-assessment=3" --at Start --by Ben

2026-04-06
contribution record "Panel, second round" --by Cy --stage S2 --kind design --level collaborate --on 2026-04-06
contribution record "Panel, second round, Ben" --by Ben --stage S2 --kind design --level collaborate --on 2026-04-06
reflect point "Spring"
reflect score rifkin "leadership=3" "needs-assessment=3" --at Spring --by Ben

2026-10-05
contribution record "Panel, third round" --by Ben --stage S5 --kind evaluation --level collaborate --on 2026-10-05
reflect point "Autumn"
reflect score rifkin "leadership=4" "needs-assessment=4" --at Autumn --by Ben

? How did the picture differ at each evaluation date?
  $ view projects --series "Experience panels/all" --dates 2026-01-31,2026-04-30,2026-10-31
  ~ 2026-04-30
  $ view reflection
  ~ Start
  ~ Spring
  ~ Autumn
  $ view stages --project "Experience panels" --happened-by 2026-01-31
  = S1/community/people: 1
  $ view stages --project "Experience panels" --happened-by 2026-10-31
  = S2/community/people: 2
  = S5/community/people: 1
