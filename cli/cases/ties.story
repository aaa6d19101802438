title     Nepotism and corruption: who was tied to what
source    Turk
asks      Show decisions where the decider, beneficiary or approver were tied
founder   Ana
note      Names and amounts are made up.

2026-01-05
project open "Village grants"
person add Bob --acts-for institution --route employed
person add Carla --acts-for community --route elected
person add Dan --acts-for community --route elected
key new Bob --no-passphrase
key new Carla --no-passphrase
key new Dan --no-passphrase
decision open "Who repairs the pump?" --voter Bob --voter Carla --voter Dan --option brother="The firm of Bob's brother" --option coop="The cooperative" --put-by brother=Bob --put-by coop=Carla
Bob: interest declare family --decision "Who repairs the pump?" --option brother
Carla: interest declare own-proposal --decision "Who repairs the pump?" --option coop
interest manage Carla "Who repairs the pump?" noted
Bob: decision vote "Who repairs the pump?" brother
Carla: decision vote "Who repairs the pump?" coop
Dan: decision vote "Who repairs the pump?" brother

2026-01-12
decision close "Who repairs the pump?" --reasons "Two of three"

? In which decisions was somebody tied to the outcome, and was it handled?
  $ view decisions
  = Who repairs the pump?/interests: 2
  = Who repairs the pump?/unhandled: 1
  = Who repairs the pump?/chosen: brother
  $ view decision --about "Who repairs the pump?"
  ~ family

? Should somebody look at this?
  $ view concerns
  = T8/state: fires
