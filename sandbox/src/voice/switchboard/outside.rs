//! What the switchboard needs of its surroundings, and what it tells the world.

use crate::voice::media::MediaError;
use crate::voice::messages::ServerMessage;
use backline::ids::CallSid;

/// One WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// What the switchboard asks of its surroundings.
pub trait Outside {
    /// Says something to a Device.
    fn send(&mut self, to: ConnectionId, message: ServerMessage);
    /// Makes media for a leg that will be offered: the offer.
    ///
    /// # Errors
    /// No socket.
    fn offer(&mut self, call: &CallSid) -> Result<String, MediaError>;
    /// Takes a Device's answer to that offer.
    ///
    /// # Errors
    /// The answer cannot be used; the media is gone.
    fn accept(&mut self, call: &CallSid, answer: &str) -> Result<(), MediaError>;
    /// Makes media from a Device's offer, in the place of what the leg had: the answer.
    ///
    /// # Errors
    /// The offer cannot be used; the leg has what it had.
    fn answer(&mut self, call: &CallSid, offer: &str) -> Result<String, MediaError>;
    /// Asks for an answer to a new offer of a live leg; it comes through [`Switchboard::renegotiated`].
    fn renegotiate(&mut self, call: &CallSid, offer: String);
    /// Ends the media.
    fn close(&mut self, call: &CallSid);
    /// Tells the world what became of a leg.
    fn tell(&mut self, call: &CallSid, fact: LegFact);
    /// Starts a call of a Device's own: its SID.
    fn dial(&mut self, identity: &str, parameters: Vec<(String, String)>) -> CallSid;
}

/// What the world learns about a leg.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegFact {
    /// At least one Device rings.
    Ringing,
    /// A Device took it.
    Answered,
    /// A Device refused it.
    Rejected,
    /// Nobody is registered under the identity.
    Unreachable,
    /// The Device hung up, or did not come back.
    HungUp,
}

/// A leg that the world offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The leg.
    pub call: CallSid,
    /// Whose Devices ring.
    pub identity: String,
    /// Caller id.
    pub from: String,
    /// Called address.
    pub to: String,
    /// Custom parameters.
    pub parameters: Vec<(String, String)>,
}
