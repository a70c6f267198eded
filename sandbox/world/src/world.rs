//! The world: both machines, the carrying of orders and facts, and time.

use crate::output::Output;
use crate::routing::Routing;
use crate::telephony::Telephony;
use backline::time::Millis;

/// Everything that Twilio would know.
#[derive(Debug, Clone, Default)]
pub struct World {
    now: Millis,
    /// Workers, queues, workflows, tasks, reservations.
    pub routing: Routing,
    /// Calls, conferences, webhooks.
    pub telephony: Telephony,
}

impl World {
    /// The present moment, as last told.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Tells the time: everything due up to `now` happens, in order of its deadline.
    pub fn advance(&mut self, now: Millis) {
        while let Some(due) = self.next_deadline().filter(|due| *due <= now) {
            self.now = self.now.max(due);
            self.routing.fire(due);
            self.telephony.fire(due);
            self.settle();
        }
        self.now = self.now.max(now);
        self.routing.tell(self.now);
    }

    /// When something next happens by itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        [self.routing.next_deadline(), self.telephony.next_deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Runs a change of either machine, then carries orders and facts across until there are none left.
    pub fn change<T>(&mut self, now: Millis, change: impl FnOnce(&mut Self) -> T) -> T {
        self.advance(now);
        let answer = change(self);
        self.settle();
        answer
    }

    /// What the outside must do, since the last call.
    pub fn drain(&mut self) -> Vec<Output> {
        let mut outputs = self.routing.drain_outputs();
        outputs.extend(self.telephony.drain_outputs());
        outputs
    }

    fn settle(&mut self) {
        loop {
            let orders = self.routing.drain_orders();
            let holds = self.routing.drain_holds();
            let endings = self.routing.drain_endings();
            let refused = self.routing.drain_refused_calls();
            let facts = self.telephony.drain_facts();
            let nothing = orders.is_empty() && holds.is_empty() && endings.is_empty();
            if nothing && refused.is_empty() && facts.is_empty() {
                return;
            }
            for call in refused {
                self.telephony.enqueue_failed(self.now, &call);
            }
            // Before the agent's leg ends: the customer is never alone without music.
            for task in holds {
                self.telephony.hold_customer(self.now, &task);
            }
            for call in endings {
                self.telephony.end_call(self.now, &call);
            }
            for order in orders {
                self.telephony.dial(self.now, order);
            }
            for fact in facts {
                self.routing.learn(self.now, fact);
            }
        }
    }
}
