//! A Device's `invite`: a call of its own, a call that it resumes, or one that was forwarded to it.

use super::leg::{live, Leg, LegState};
use super::outside::{ConnectionId, LegFact, Outside};
use super::say::{answered, cancel, hung_up, reconnect_token, refusal};
use super::Switchboard;
use crate::voice::messages::{
    ice_ufrag, Invite, ServerMessage, BAD_REQUEST, CONNECTION_ERROR, TOKEN_INVALID,
};
use backline::ids::CallSid;

impl Switchboard {
    pub(super) fn invite(
        &mut self,
        from: ConnectionId,
        invite: Invite,
        outside: &mut impl Outside,
    ) {
        let Some(identity) = self.identity(from) else {
            outside.send(from, refusal(TOKEN_INVALID));
            return;
        };
        match invite.reconnect.as_deref() {
            None => self.dial(from, identity, invite, outside),
            Some(token) => match CallSid::parse(&invite.callsid) {
                Ok(call) if reconnect_token(&call) == token && self.legs.contains_key(&call) => {
                    self.take_over(from, &call, &invite.sdp, outside);
                }
                Ok(_) | Err(_) => outside.send(
                    from,
                    ServerMessage::Hangup {
                        callsid: invite.callsid,
                        error: Some(CONNECTION_ERROR),
                    },
                ),
            },
        }
    }

    fn dial(
        &mut self,
        from: ConnectionId,
        identity: String,
        invite: Invite,
        outside: &mut impl Outside,
    ) {
        let parameters = form_urlencoded::parse(invite.twilio.params.as_bytes())
            .into_owned()
            .collect();
        let call = outside.dial(&identity, parameters);
        outside.send(
            from,
            ServerMessage::Ringing {
                callsid: call.to_string(),
            },
        );
        match outside.answer(&call, &invite.sdp) {
            Ok(sdp) => {
                let leg = Leg {
                    identity,
                    alias: Some(invite.callsid),
                    keys: String::new(),
                    state: live(from, &invite.sdp),
                };
                self.legs.insert(call.clone(), leg);
                outside.send(from, answered(&call, Some(sdp)));
                outside.tell(&call, LegFact::Answered);
            }
            Err(error) => {
                tracing::warn!(%error, %call, "a Device's offer cannot be used");
                outside.send(from, hung_up(&call, Some(BAD_REQUEST)));
                outside.tell(&call, LegFact::HungUp);
            }
        }
    }

    /// An `invite` with the leg's token: resumed by the Device that has it, or forwarded to another.
    fn take_over(
        &mut self,
        from: ConnectionId,
        call: &CallSid,
        sdp: &str,
        outside: &mut impl Outside,
    ) {
        let Some(leg) = self.legs.get_mut(call) else {
            return;
        };
        if leg
            .transport()
            .is_some_and(|ufrag| ice_ufrag(sdp) == Some(ufrag))
        {
            leg.state = live(from, sdp);
            outside.send(from, answered(call, None));
            return;
        }
        let answer = match outside.answer(call, sdp) {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(%error, %call, "a forwarded leg's offer cannot be used");
                outside.send(from, hung_up(call, Some(BAD_REQUEST)));
                return;
            }
        };
        let before = std::mem::replace(&mut leg.state, live(from, sdp));
        outside.send(from, answered(call, Some(answer)));
        match before {
            LegState::Ringing { devices } => {
                cancel(call, devices, outside);
                outside.tell(call, LegFact::Answered);
            }
            LegState::Live { device, .. } if device != from => {
                outside.send(device, hung_up(call, None));
            }
            LegState::Live { .. } | LegState::Adrift { .. } => {}
        }
    }
}
