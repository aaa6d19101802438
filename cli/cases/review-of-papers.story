title     Twenty projects, after a review of 260 papers
source    Turk
asks      At which stages did communities act in each project, and in what share of projects?
founder   Ana
note      The projects are made up; the shares beside them are those the review published.

2026-01-05
person add Ben --acts-for community --route open-call
person add Eve --acts-for institution --route employed
person add Kit --acts-for bridging --route employed
project open "Project 1"
project open "Project 2"
project open "Project 3"
project open "Project 4"
project open "Project 5"
project open "Project 6"
project open "Project 7"
project open "Project 8"
project open "Project 9"
project open "Project 10"
project open "Project 11"
project open "Project 12"
contribution record "Outreach 1" --by Ben --project "Project 1" --stage S4b --level involve
contribution record "Outreach 2" --by Ben --project "Project 2" --stage S4b --level involve
contribution record "Outreach 3" --by Ben --project "Project 3" --stage S4b --level involve
contribution record "Outreach 4" --by Ben --project "Project 4" --stage S4b --level involve
contribution record "Outreach 5" --by Ben --project "Project 5" --stage S4b --level involve
contribution record "Outreach 6" --by Ben --project "Project 6" --stage S4b --level involve
contribution record "Outreach 7" --by Ben --project "Project 7" --stage S4b --level involve
contribution record "Outreach 8" --by Ben --project "Project 8" --stage S4b --level involve
contribution record "Outreach 9" --by Ben --project "Project 9" --stage S4b --level involve
contribution record "Outreach 10" --by Ben --project "Project 10" --stage S4b --level involve
contribution record "Outreach 11" --by Ben --project "Project 11" --stage S4b --level involve
contribution record "Outreach 12" --by Eve --project "Project 12" --stage S4b --level inform
contribution record "Named the problem 1" --by Ben --project "Project 1" --stage S1 --level collaborate
contribution record "Named the problem 2" --by Ben --project "Project 2" --stage S1 --level collaborate
contribution record "Set the aim 3" --by Eve --project "Project 3" --stage S1 --level involve
contribution record "Set the aim 4" --by Eve --project "Project 4" --stage S1 --level involve
contribution record "Set the aim 5" --by Eve --project "Project 5" --stage S1 --level involve
contribution record "Read the draft aim" --by Kit --project "Project 6" --stage S1 --level involve

? In what share of projects did communities define the problem, and in what share deliver?
  $ view stages
  = S1/eligible: 11
  = S1/community: 2
  = S1/others: 4
  = S1/not_recorded: 5
  = S1/share: 18.2
  = S1/published: 18.0
  = S4b/share: 100.0
  = S4b/published: 95.0
  ~ no share of people

? In which projects did communities only deliver?
  $ view projects
  = Project 3/reading: only delivered
  = Project 1/reading: also elsewhere
  = Project 12/reading: none recorded
