//! Which Device rings for which leg, who took it, and over which socket it is held: the signalling's state machine.
//!
//! | state of a leg | event | next | says |
//! |---|---|---|---|
//! | - | offered by the world | Ringing | `invite` to every registered Device of the identity; none: unreachable |
//! | Ringing | `answer` from one | Live | `answer` to it, `cancel` to the others |
//! | Ringing | `invite` with the leg's token, another transport | Live | the same (a call forwarded by `connectToken`) |
//! | Ringing | `reject` from one | over | `cancel` to the others |
//! | Ringing | taken back | over | `cancel` to all |
//! | Live | its socket drops | Adrift | nothing; the sound goes on |
//! | Live, Adrift | `invite` with token and the same transport | Live | `answer` without a description |
//! | Live, Adrift | `invite` with token, another transport | Live | `answer`; `hangup` to the Device that had it |
//! | Adrift | [`RECONNECT_TIMEOUT`] | over | hung up, towards the world |
//! | Live, Adrift | `hangup` from its Device, or from the world | over | `hangup` to the other side |
//!
//! Invariants: a leg has at most one live Device; whoever rang and did not win gets exactly one `cancel`; a leg that
//! is over is told to the world once, and not if the world ended it.
//!
//! Nothing here does I/O: what must be done is asked of an [`Outside`].
//! Documented: <https://www.twilio.com/docs/voice/sdks/javascript/twiliodevice> (several Devices with one identity
//! all ring; `connectToken` forwards), <https://www.twilio.com/docs/voice/sdks/javascript/twiliocall> (`reject`).

mod invite;
mod leg;
mod outside;
mod say;
#[cfg(test)]
mod tests;

pub use leg::LegView;
pub use outside::{ConnectionId, LegFact, Offer, Outside};

use super::media::MediaError;
use super::messages::{
    CallReference, ClientMessage, Keys, Listen, Register, ServerMessage, SessionDescription,
    BAD_REQUEST, CONNECTION_ERROR, TOKEN_INVALID,
};
use backline::ids::CallSid;
use backline::time::Millis;
use backline_world::account;
use leg::{is_key, live, Device, Leg, LegState};
use say::{acknowledge, answered, cancel, hung_up, invite_parameters, reconnect_token, refusal};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How long a live call waits for its Device's socket to return. The SDK gives up reconnecting after 30 s
/// (`MAX_RECONNECT_TIMEOUT_ALLOWED` in its `pstream.js`).
pub const RECONNECT_TIMEOUT: Millis = Millis::from_secs(30);

/// Lifetime of a voice token as the Device is told it, seconds (8 hours: an agent's shift).
const TOKEN_TTL_S: u64 = 28_800;

/// All Devices and legs.
#[derive(Debug, Default)]
pub struct Switchboard {
    devices: BTreeMap<ConnectionId, Device>,
    legs: BTreeMap<CallSid, Leg>,
}

impl Switchboard {
    /// A WebSocket was opened.
    pub fn opened(&mut self, device: ConnectionId) {
        self.devices.insert(device, Device::Unknown);
    }

    /// A WebSocket is gone: live calls drift, ringing goes on elsewhere.
    pub fn closed(&mut self, now: Millis, device: ConnectionId) {
        self.devices.remove(&device);
        for leg in self.legs.values_mut() {
            match &mut leg.state {
                LegState::Ringing { devices } => {
                    devices.remove(&device);
                }
                LegState::Live {
                    device: holder,
                    ufrag,
                } if *holder == device => {
                    leg.state = LegState::Adrift {
                        ufrag: ufrag.take(),
                        deadline: now + RECONNECT_TIMEOUT,
                    };
                }
                LegState::Live { .. } | LegState::Adrift { .. } => {}
            }
        }
    }

    /// A Device said something.
    pub fn said(&mut self, from: ConnectionId, message: ClientMessage, outside: &mut impl Outside) {
        match message {
            ClientMessage::Listen(listen) => self.listen(from, &listen, outside),
            ClientMessage::Register(register) => self.register(from, &register, outside),
            ClientMessage::Invite(invite) => self.invite(from, invite, outside),
            ClientMessage::Answer(answer) => self.answer(from, &answer, outside),
            ClientMessage::Reinvite(offer) => self.reinvite(from, offer, outside),
            ClientMessage::Hangup(call) => self.hangup(from, &call, outside),
            ClientMessage::Reject(call) => self.reject(from, &call, outside),
            ClientMessage::Dtmf(keys) => self.press(from, &keys),
            ClientMessage::Message(message) => acknowledge(from, message, outside),
        }
    }

    /// The world offers a leg.
    pub fn offer(&mut self, offer: Offer, outside: &mut impl Outside) {
        let devices: BTreeSet<ConnectionId> = self
            .devices
            .iter()
            .filter(|(_, device)| device.rings_for(&offer.identity))
            .map(|(connection, _)| *connection)
            .collect();
        if devices.is_empty() {
            outside.tell(&offer.call, LegFact::Unreachable);
            return;
        }
        let sdp = match outside.offer(&offer.call) {
            Ok(sdp) => sdp,
            Err(error) => {
                tracing::error!(%error, call = %offer.call, "a leg could not be offered");
                outside.tell(&offer.call, LegFact::Unreachable);
                return;
            }
        };
        let parameters = invite_parameters(&offer);
        for device in &devices {
            outside.send(
                *device,
                ServerMessage::Invite {
                    callsid: offer.call.to_string(),
                    sdp: sdp.clone(),
                    reconnect: reconnect_token(&offer.call),
                    parameters: parameters.clone(),
                },
            );
        }
        let leg = Leg {
            identity: offer.identity,
            alias: None,
            keys: String::new(),
            state: LegState::Ringing { devices },
        };
        self.legs.insert(offer.call.clone(), leg);
        outside.tell(&offer.call, LegFact::Ringing);
    }

    /// The world ends a leg, ringing or live.
    pub fn end(&mut self, call: &CallSid, outside: &mut impl Outside) {
        self.finish(call, None, outside);
    }

    /// The answer to a [`Outside::renegotiate`] is there.
    pub fn renegotiated(
        &mut self,
        call: &CallSid,
        result: Result<String, MediaError>,
        outside: &mut impl Outside,
    ) {
        let Some(Leg {
            state: LegState::Live { device, .. },
            ..
        }) = self.legs.get(call)
        else {
            return;
        };
        match result {
            Ok(sdp) => outside.send(*device, answered(call, Some(sdp))),
            Err(error) => {
                tracing::warn!(%error, %call, "an ICE restart failed");
                outside.send(*device, hung_up(call, Some(BAD_REQUEST)));
                self.over(call, outside);
                outside.tell(call, LegFact::HungUp);
            }
        }
    }

    /// The earliest end of patience with an absent Device.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Millis> {
        self.legs.values().filter_map(Leg::deadline).min()
    }

    /// Hangs up for those whose Device did not come back by `now`.
    pub fn fire(&mut self, now: Millis, outside: &mut impl Outside) {
        let due: Vec<CallSid> = self
            .legs
            .iter()
            .filter(|(_, leg)| leg.deadline().is_some_and(|deadline| deadline <= now))
            .map(|(call, _)| call.clone())
            .collect();
        for call in due {
            self.over(&call, outside);
            outside.tell(&call, LegFact::HungUp);
        }
    }

    /// The sockets of an identity.
    #[must_use]
    pub fn connections_of(&self, identity: &str) -> Vec<ConnectionId> {
        self.devices
            .iter()
            .filter(|(_, device)| device.identity() == Some(identity))
            .map(|(connection, _)| *connection)
            .collect()
    }

    /// Every leg.
    pub fn views(&self) -> impl Iterator<Item = (&CallSid, LegView)> {
        self.legs.iter().map(|(call, leg)| (call, leg.view()))
    }

    fn listen(&mut self, from: ConnectionId, listen: &Listen, outside: &mut impl Outside) {
        let Some(device) = self.devices.get_mut(&from) else {
            return;
        };
        let Some(identity) = account::identity_of(&listen.token) else {
            *device = Device::Unknown;
            outside.send(from, refusal(TOKEN_INVALID));
            return;
        };
        // A new token for the same identity (`updateToken`) keeps the registration.
        if device.identity() != Some(identity) {
            *device = Device::Known {
                identity: identity.to_owned(),
            };
        }
        outside.send(
            from,
            ServerMessage::Connected(json!({
                "edge": "roaming",
                "region": "US_EAST_VIRGINIA",
                "home": "us1",
                "gateway": "sandbox",
                "token": {"identity": identity, "ttl": TOKEN_TTL_S},
            })),
        );
    }

    fn register(&mut self, from: ConnectionId, register: &Register, outside: &mut impl Outside) {
        let Some(device) = self.devices.get_mut(&from) else {
            return;
        };
        let Some(identity) = device.identity().map(str::to_owned) else {
            outside.send(from, refusal(TOKEN_INVALID));
            return;
        };
        if register.media.audio {
            *device = Device::Registered { identity };
            outside.send(from, ServerMessage::Ready {});
        } else {
            *device = Device::Known { identity };
            outside.send(from, ServerMessage::Offline {});
        }
    }

    fn answer(
        &mut self,
        from: ConnectionId,
        answer: &SessionDescription,
        outside: &mut impl Outside,
    ) {
        let Some((call, leg)) = self.leg_mut(&answer.callsid) else {
            let error = Some(CONNECTION_ERROR);
            let callsid = answer.callsid.clone();
            outside.send(from, ServerMessage::Hangup { callsid, error });
            return;
        };
        let LegState::Ringing { devices } = &mut leg.state else {
            // Another Device was faster; its `cancel` is under way to this one.
            return;
        };
        if !devices.remove(&from) {
            return;
        }
        let others = std::mem::take(devices);
        leg.state = live(from, &answer.sdp);
        cancel(&call, others, outside);
        match outside.accept(&call, &answer.sdp) {
            Ok(()) => {
                outside.send(from, answered(&call, None));
                outside.tell(&call, LegFact::Answered);
            }
            Err(error) => {
                tracing::warn!(%error, %call, "a Device's answer cannot be used");
                outside.send(from, hung_up(&call, Some(BAD_REQUEST)));
                self.over(&call, outside);
                outside.tell(&call, LegFact::Rejected);
            }
        }
    }

    fn reinvite(
        &mut self,
        from: ConnectionId,
        offer: SessionDescription,
        outside: &mut impl Outside,
    ) {
        if let Some((call, leg)) = self.leg_mut(&offer.callsid) {
            if leg.is_held_by(from) {
                leg.state = live(from, &offer.sdp);
                outside.renegotiate(&call, offer.sdp);
            }
        }
    }

    fn hangup(&mut self, from: ConnectionId, call: &CallReference, outside: &mut impl Outside) {
        let identity = self.identity(from);
        let Some((call, leg)) = self.leg_mut(&call.callsid) else {
            return;
        };
        let may = match &leg.state {
            LegState::Ringing { devices } => devices.contains(&from),
            LegState::Live { device, .. } => *device == from,
            // Its Device is back on a new socket and hangs up before it resumed the call.
            LegState::Adrift { .. } => identity.as_ref() == Some(&leg.identity),
        };
        if may {
            self.finish(&call, Some(from), outside);
            outside.tell(&call, LegFact::HungUp);
        }
    }

    /// Notes them: the sandbox's world has no `<Gather>`, and its conferences carry no tones.
    fn press(&mut self, from: ConnectionId, keys: &Keys) {
        if let Some((_, leg)) = self.leg_mut(&keys.callsid) {
            if leg.is_held_by(from) {
                leg.keys
                    .extend(keys.dtmf.chars().filter(|key| is_key(*key)));
            }
        }
    }

    fn reject(&mut self, from: ConnectionId, call: &CallReference, outside: &mut impl Outside) {
        let Some((call, leg)) = self.leg_mut(&call.callsid) else {
            return;
        };
        let rings = match &leg.state {
            LegState::Ringing { devices } => devices.contains(&from),
            LegState::Live { .. } | LegState::Adrift { .. } => false,
        };
        if rings {
            self.finish(&call, Some(from), outside);
            outside.tell(&call, LegFact::Rejected);
        }
    }

    /// Ends a leg and says so to its Devices, but not to the one that ended it.
    fn finish(&mut self, call: &CallSid, by: Option<ConnectionId>, outside: &mut impl Outside) {
        match self.over(call, outside) {
            Some(LegState::Ringing { mut devices }) => {
                if let Some(by) = by {
                    devices.remove(&by);
                }
                cancel(call, devices, outside);
            }
            Some(LegState::Live { device, .. }) if Some(device) != by => {
                outside.send(device, hung_up(call, None));
            }
            Some(LegState::Live { .. } | LegState::Adrift { .. }) | None => {}
        }
    }

    fn over(&mut self, call: &CallSid, outside: &mut impl Outside) -> Option<LegState> {
        let leg = self.legs.remove(call)?;
        outside.close(call);
        Some(leg.state)
    }

    fn identity(&self, device: ConnectionId) -> Option<String> {
        Some(self.devices.get(&device)?.identity()?.to_owned())
    }

    /// The leg that a Device names, by its SID or by the name that the Device made up.
    fn leg_mut(&mut self, name: &str) -> Option<(CallSid, &mut Leg)> {
        self.legs
            .iter_mut()
            .find(|(call, leg)| call.as_str() == name || leg.alias.as_deref() == Some(name))
            .map(|(call, leg)| (call.clone(), leg))
    }
}
