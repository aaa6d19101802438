title     An ethics committee answers its lay members
source    Nursing
asks      Which lay comments were accepted or refused, with reasons?
founder   Ana

2026-01-05
project open "Guideline on restraint"
person add Ben --acts-for community --route open-call
person add Cy --acts-for community --route open-call
person add Eve --acts-for institution --route employed
input submit "Say «hold», not «restrain»" --by Ben --asked-by Eve
input submit "Ask the person first" --by Cy --asked-by Eve
input submit "Film every hold" --by Ben --asked-by Eve

2026-02-02
input answer "Say «hold», not «restrain»" accepted --reasons "Plainer, and kinder"
input answer "Film every hold" not-accepted --reasons "Others on the ward would be filmed too"

? Which lay comments were accepted or refused, and why?
  $ view chains
  = Say «hold», not «restrain»/reply: accepted
  = Film every hold/reply: not accepted
  ~ Plainer, and kinder
  ~ Others on the ward would be filmed too

? Which have no reply?
  $ unanswered
  ~ Ask the person first
