title     Facility committees, Tanzania
source    Turk
asks      Which planning decisions changed after committee input; which marginalised groups were reached face to face; what did money and schooling limit?
founder   Ana
note      Names and amounts are made up.

2026-01-05
project open "Facility plan"
person add Juma --acts-for community --route elected
person add Neema --acts-for community --route elected
person add Paulo --acts-for institution --route employed
body create "Facility committee" --seats 3 --quorum 2
body seat "Facility committee" Juma --chosen-by community
body seat "Facility committee" Neema --chosen-by community
body seat "Facility committee" Paulo --chosen-by institution
key new Juma --no-passphrase
key new Neema --no-passphrase
key new Paulo --no-passphrase
decision open "Where does the new well go?" --body "Facility committee" --by-seats --option school="By the school" --option clinic="By the clinic" --put-by clinic=Paulo --put-by school=Neema --option nothing="Do nothing" --raised-by Paulo

2026-01-20
group add "people who live by the lake" --number 12 --acts-for community --on 2026-01-18
input submit "The path to the clinic floods" --by-group "people who live by the lake" --kind experience --decision "Where does the new well go?"
contribution record "Went from house to house" --by Neema --stage S1 --kind outreach --time 5h
contribution record "Said at their doors what floods" --by-group "people who live by the lake" --stage S1 --kind testimony
input cite "The path to the clinic floods" --decision "Where does the new well go?" --note "Said by all twelve"
Juma: decision vote "Where does the new well go?" school
Neema: decision vote "Where does the new well go?" school
Paulo: decision vote "Where does the new well go?" clinic

2026-02-02
decision close "Where does the new well go?" --reasons "The path to the clinic floods from March on" --owner Paulo
input answer "The path to the clinic floods" accepted --reasons "The well goes by the school" --decision "Where does the new well go?"
reflect imbalance "The budget came in English; two members could not read it" noted --kind budget --body "Facility committee"
support ask translation --words "The budget in Swahili" -> swahili
support met $swahili not-met --words "No money was set aside for it" -> unmet

? Which planning decision changed after what the committee heard?
  $ view decisions
  = Where does the new well go?/chosen: school
  $ view decision --about "Where does the new well go?"
  ~ The path to the clinic floods
  ~ The path to the clinic floods from March on

? Which groups were reached face to face?
  $ view voices
  = people who live by the lake/community/people: 12
  $ view contributions
  = outreach/standing: 1

? What did money and schooling limit?
  $ view inclusion
  = access and support/not met, says the person/unsaid/n: 1
  $ show $unmet
  ~ No money was set aside for it
  $ view reflection
  ~ The budget came in English; two members could not read it
