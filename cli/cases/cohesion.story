title     COHESION, Peru: three safe spaces, one list
source    Turk
asks      Which interventions were jointly prioritised after separate safe-space sessions, who was present, how much time did it cost whom?
founder   Ana
note      Names, times and wordings are made up after the published account.

2026-02-02
project open "Chronic care close to home"
person add Rosa --acts-for community --route invited-by-peer
person add Julia --acts-for community --route invited-by-peer
person add "Dr. Quispe" --acts-for front-line --route employed
person add Elena --acts-for institution --route employed
group add "people living with diabetes" --number 9 --acts-for community --on 2026-02-02
group add "health post staff" --number 6 --acts-for front-line --on 2026-02-02
group add "regional officials" --number 4 --acts-for institution --on 2026-02-02

# Three sessions apart, so that nobody speaks before those who have power over them. Their time is
# that of all who were there: nine people half a day each, six half a day, four an hour.
contribution record "Session of patients" --by-group "people living with diabetes" --stage S1 --kind priority-setting --level collaborate --time 31h30 --estimated
contribution record "Session of staff" --by-group "health post staff" --stage S1 --kind priority-setting --level collaborate --time 21h --estimated
contribution record "Session of officials" --by-group "regional officials" --stage S1 --kind priority-setting --level collaborate --time 4h --estimated
problem propose "Foot checks at the market" --by-group "people living with diabetes"
problem propose "Medicines run out" --by-group "health post staff"
problem propose "A register of patients" --by-group "regional officials"

2026-03-09
# Then all together: three people speak for the three rooms.
problem prioritise "Foot checks at the market" "Medicines run out"
    --present Rosa --present "Dr. Quispe" --present Elena
    --reasons "Ranked together after the three sessions" -> ranked
contribution record "Joint session, Rosa" --by Rosa --stage S1 --kind priority-setting --level collaborate --time 3h
contribution record "Joint session, Dr. Quispe" --by "Dr. Quispe" --stage S1 --kind priority-setting --level collaborate --time 3h
contribution record "Joint session, Elena" --by Elena --stage S1 --kind priority-setting --level collaborate --time 45m
contribution record "Came by bus from the valley" --by Rosa --stage S1 --kind travel-and-waiting --time 4h
problem adopt "Foot checks at the market"

? Which interventions were ranked together after the separate sessions?
  $ view chains
  = Foot checks at the market/place: 1
  = Foot checks at the market/reply: taken up
  = Medicines run out/place: 2
  = A register of patients/reply: no reply

? Who was present?
  $ show $ranked
  ~ Rosa, Dr. Quispe, Elena
  $ view voices
  = people living with diabetes/community/people: 9
  = health post staff/front-line/people: 6
  = regional officials/institution/people: 4

? How much time did it cost whom?
  $ view time
  = S1/community/least: 2310
  = S1/community/most: 2310
  = S1/front-line/most: 1440
  = S1/institution/most: 285
  = S1/community/intangible: 240
