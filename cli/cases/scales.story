title     Individual, group, collective
source    Nursing
asks      Filter every view by scale
founder   Ana

2026-01-05
project open "Ward and region"
person add Ben --acts-for community
person add Cy --acts-for community
person add Eve --acts-for institution
contribution record "Planned the discharge" --by Ben --scale individual --stage S2 --kind design --time 30m
contribution record "Ward round of families" --by Cy --scale group --stage S5 --kind review --time 2h
contribution record "Regional panel" --by Cy --scale collective --stage G --kind governance --time 3h
contribution record "Regional panel, staff" --by Eve --scale collective --stage G --kind governance --time 3h

? Who took part at the scale of several organisations, and who at that of a group?
  $ view voices --scale collective
  = named people/community/people: 1
  = named people/institution/people: 1
  $ view contributions --scale group
  = review/standing: 1

? Is anything assessed at the scale of one person's own care?
  $ view levels
  = Ward and region/individual: 1
