//! TaskRouter.

use crate::orders::{CallFact, DialOrder};
use crate::output::Output;
use backline::time::Millis;

/// Workers, queues, workflows, tasks, reservations.
#[derive(Debug, Clone, Default)]
pub struct Routing {
    orders: Vec<DialOrder>,
    outputs: Vec<Output>,
}

impl Routing {
    /// The earliest reservation or task timeout.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        None
    }

    /// Lets everything due at `due` happen.
    pub fn fire(&mut self, _due: Millis) {}

    /// Takes in what telephony says.
    pub fn learn(&mut self, _now: Millis, _fact: CallFact) {}

    /// Legs to be dialled.
    pub fn drain_orders(&mut self) -> Vec<DialOrder> {
        std::mem::take(&mut self.orders)
    }

    /// Events to be pushed.
    pub fn drain_outputs(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.outputs)
    }
}
