title     Lived experience on a board
source    Wilton
asks      How many voting seats, for how long, and which motions carried?
founder   Ana

2026-01-05
project open "Trust board"
person add Ben --acts-for community --route elected
person add Cy --acts-for community --route open-call
person add Eve --acts-for institution --route employed
person add Fay --acts-for institution --route employed
body create "Board" --seats 4 --quorum 3
body seat Board Ben --chosen-by community
body seat Board Eve --chosen-by institution
body seat Board Fay --chosen-by institution
body seat Board Cy --chosen-by open-call --no-vote
key new Ben --no-passphrase
key new Eve --no-passphrase
key new Fay --no-passphrase
decision open "Pay for travel in advance" --body Board --by-seats --option yes="Yes" --option nothing="Leave it as it is" --put-by yes=Ben --raised-by Ben
Ben: decision vote "Pay for travel in advance" yes
Eve: decision vote "Pay for travel in advance" yes
Fay: decision vote "Pay for travel in advance" nothing
decision close "Pay for travel in advance" --reasons "Two of three" --owner Eve

2026-04-05
decision open "Meet in the evening" --body Board --by-seats --option yes="Yes" --option nothing="Leave it as it is" --put-by yes=Ben --raised-by Ben
Ben: decision vote "Meet in the evening" yes
Eve: decision vote "Meet in the evening" nothing
Fay: decision vote "Meet in the evening" nothing
decision close "Meet in the evening" --reasons "Childcare for staff" --dissent "Those who work by day are shut out"

? Which motions carried, and who had asked for them?
  $ view decisions
  = Pay for travel in advance/chosen: yes
  = Pay for travel in advance/began_with: community
  = Meet in the evening/chosen: nothing
  $ view decision --about "Meet in the evening"
  ~ Those who work by day are shut out

? How many voting seats, and for how long?
  $ view seats
  = Board/all/voting: 3
  = Board/chosen/community/voting: 1
  = Board/chosen/community/voting_days: 91
  = Board/chosen/open-call/voting_days: 0
  $ view motions
  = Pay for travel in advance/carried: yes
  = Meet in the evening/carried: no
