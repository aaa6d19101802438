title     Who left, and what other way in was offered
source    Part 2
asks      Who left, at what stage, with which stated reason, and what other way in was offered?
founder   Ana

2026-01-05
project open "Women's refuge"
person add Ben --acts-for community
person add Cy --acts-for community
person add Dee --acts-for community
key new Ben --no-passphrase
key new Cy --no-passphrase
contribution record "First meeting" --by Cy --stage S1 --kind advice

2026-02-02
Ben: person leave --stage S2 --reason "The bus was too far"
person way Ben from-afar
person leave Dee --seen --stage S4a
Cy: person pause --reason "Caring for my mother"

2026-04-06
Cy: person return

? Who left, at what stage, with a reason of their own, and with what other way in?
  $ view inclusion
  = leaving/all who left/community/n: 2
  = leaving/at S2: design/community/n: 1
  = leaving/only seen to be gone/community/n: 1
  = leaving/gave a reason of their own/community/n: 1
  = another way in/from afar/community/n: 1
  = staying/came back/community/n: 1

? Did somebody leave with no other way in?
  $ view concerns
  = T11/state: fires
  = T11/n: 1
