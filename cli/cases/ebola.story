title     Ebola response: rules before anybody was asked
source    Turk
asks      Which measures were imposed before any local contribution?
founder   Ana
note      Dates and wordings are made up.

2026-01-05
project open "Response in the district"
person add Fatu --acts-for community --route through-organisation
person add Officer --acts-for institution --route employed
power grant Officer decision --project "Response in the district" -> mandate
key new Officer --no-passphrase
Officer: decision open "Ban funerals" --method executive --office "District health officer" --option yes="Ban them" --option no="Leave them as they are" --raised-by Officer --voter Officer
Officer: decision vote "Ban funerals" yes
Officer: decision close "Ban funerals" --reasons "Ordered by the ministry"

2026-02-02
contribution record "How a burial can be dignified and safe" --by Fatu --stage S2 --kind advice --level involve -> advice
Officer: decision open "Safe and dignified burials" --method executive --office "District health officer" --option yes="With the family, at a distance" --option no="The ban stays" --put-by yes=Fatu --input $advice --voter Officer --revisits "Ban funerals"
Officer: decision vote "Safe and dignified burials" yes
Officer: decision close "Safe and dignified burials" --reasons "Families had hidden their dead"
Officer: decision reverse "Ban funerals" --by "Safe and dignified burials" --reasons "It drove burials out of sight"

? Which measures came before anybody local had been asked?
  $ view decisions
  = Ban funerals/began_with: others
  = Ban funerals/evidence: none cited
  = Safe and dignified burials/began_with: community
  = Safe and dignified burials/evidence: cited
  $ view decision --about "Safe and dignified burials"
  ~ How a burial can be dignified and safe
