title     Six projects, New South Wales
source    Part 2
asks      Where did staff change without handover, training differ, or resources run out before delivery?
founder   Ana

2026-01-05
project open "Site 1"
person add "Worker 1" --acts-for institution --route employed --project "Site 1"
person add "Local 1" --acts-for community --project "Site 1"
project open "Site 2"
person add "Worker 2" --acts-for institution --route employed --project "Site 2"
person add "Local 2" --acts-for community --project "Site 2"
project open "Site 3"
person add "Worker 3" --acts-for institution --route employed --project "Site 3"
person add "Local 3" --acts-for community --project "Site 3"
project open "Site 4"
person add "Worker 4" --acts-for institution --route employed --project "Site 4"
person add "Local 4" --acts-for community --project "Site 4"
project open "Site 5"
person add "Worker 5" --acts-for institution --route employed --project "Site 5"
person add "Local 5" --acts-for community --project "Site 5"
project open "Site 6"
person add "Worker 6" --acts-for institution --route employed --project "Site 6"
person add "Local 6" --acts-for community --project "Site 6"
training "Working together" --for "Local 1" --for "Worker 1" --time 6h --project "Site 1"
training "Working together" --for "Worker 2" --time 1h --project "Site 2"
budget open "Delivery, site 3" 100 --project "Site 3" --stage S4b
payment offer "Local 3" 90 --for "Design days" --budget "Delivery, site 3" --project "Site 3"

2026-05-04
person leave "Worker 4" --project "Site 4" --seen
person add "Successor" --acts-for institution --route employed --project "Site 5"
person handover "Worker 5" coordinator --to Successor --project "Site 5" --papers
person leave "Worker 5" --project "Site 5" --seen

2026-06-15
reflect point "Looking back" --project "Site 1"

? Where did staff leave, and with a handover?
  $ view inclusion
  = staying/left/institution/n: 2
  = handover/to a successor, with papers/institution/n: 1
  $ view inclusion --project "Site 4"
  = staying/left/institution/n: 1

? Where did training differ?
  $ view inclusion --project "Site 1"
  = training/learned/community/n: 1
  = training/learned/institution/n: 1
  $ view inclusion --project "Site 2"
  = training/learned/institution/n: 1
  ~ not training/learned/community

? Where did money run out before delivery?
  $ view money --project "Site 3"
  = S4b/set-aside/GBP/set_aside: 100.00 GBP
  = S4b/fee/GBP/offered: 90.00 GBP

? Was a role lost?
  $ view concerns
  = T12/state: fires
  = T12/n: 1
