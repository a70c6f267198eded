use super::*;
use crate::voice::messages::{Invite, MediaCapabilities, TwilioParameters, UserMessage};

const ALICE_DESK: ConnectionId = ConnectionId(1);
const ALICE_LAPTOP: ConnectionId = ConnectionId(2);
const BOB: ConnectionId = ConnectionId(3);

/// Surroundings that only take notes.
#[derive(Default)]
struct Notes {
    sent: Vec<(ConnectionId, ServerMessage)>,
    told: Vec<LegFact>,
    closed: usize,
    renegotiated: Vec<String>,
    dialled: Vec<(String, Vec<(String, String)>)>,
    media_fails: bool,
}

impl Notes {
    fn media(&self, sdp: &str) -> Result<String, MediaError> {
        if self.media_fails {
            Err(MediaError::Over)
        } else {
            Ok(sdp.to_owned())
        }
    }

    /// What a Device was told since the last time, as the types of the messages.
    fn heard_by(&mut self, device: ConnectionId) -> Vec<String> {
        let all = std::mem::take(&mut self.sent);
        let (mine, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(to, _)| *to == device);
        self.sent = others;
        mine.iter()
            .map(|(_, message)| serde_json::to_value(message).unwrap())
            .map(|message| match message["payload"].get("sdp") {
                Some(_) => format!("{}+sdp", message["type"].as_str().unwrap()),
                None => message["type"].as_str().unwrap().to_owned(),
            })
            .collect()
    }
}

impl Outside for Notes {
    fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.sent.push((to, message));
    }
    fn offer(&mut self, _: &CallSid) -> Result<String, MediaError> {
        self.media("offer")
    }
    fn accept(&mut self, _: &CallSid, _: &str) -> Result<(), MediaError> {
        self.media("").map(|_| ())
    }
    fn answer(&mut self, _: &CallSid, _: &str) -> Result<String, MediaError> {
        self.media("answer")
    }
    fn renegotiate(&mut self, _: &CallSid, offer: String) {
        self.renegotiated.push(offer);
    }
    fn close(&mut self, _: &CallSid) {
        self.closed += 1;
    }
    fn tell(&mut self, _: &CallSid, fact: LegFact) {
        self.told.push(fact);
    }
    fn dial(&mut self, identity: &str, parameters: Vec<(String, String)>) -> CallSid {
        self.dialled.push((identity.to_owned(), parameters));
        CallSid::from_number(99)
    }
}

fn call() -> CallSid {
    CallSid::from_number(7)
}

fn sdp(ufrag: &str) -> String {
    format!("v=0\r\na=ice-ufrag:{ufrag}\r\n")
}

fn description(ufrag: &str) -> SessionDescription {
    SessionDescription {
        callsid: call().to_string(),
        sdp: sdp(ufrag),
    }
}

fn reference() -> CallReference {
    CallReference {
        callsid: call().to_string(),
    }
}

fn with_token(token: &str, ufrag: &str) -> ClientMessage {
    ClientMessage::Invite(Invite {
        callsid: call().to_string(),
        sdp: sdp(ufrag),
        reconnect: Some(token.to_owned()),
        twilio: TwilioParameters::default(),
    })
}

fn listen(identity: &str) -> ClientMessage {
    ClientMessage::Listen(Listen {
        token: format!("sandbox-token-{identity}"),
    })
}

fn register(audio: bool) -> ClientMessage {
    ClientMessage::Register(Register {
        media: MediaCapabilities { audio },
    })
}

fn connect(board: &mut Switchboard, notes: &mut Notes, device: ConnectionId, identity: &str) {
    board.opened(device);
    board.said(device, listen(identity), notes);
    board.said(device, register(true), notes);
}

fn offer(board: &mut Switchboard, notes: &mut Notes) {
    let offer = Offer {
        call: call(),
        identity: "alice".to_owned(),
        from: "+15550100".to_owned(),
        to: "client:alice".to_owned(),
        parameters: vec![("topic".to_owned(), "a & b".to_owned())],
    };
    board.offer(offer, notes);
}

/// Alice at two Devices and Bob at one, all registered.
fn everybody() -> (Switchboard, Notes) {
    let (mut board, mut notes) = (Switchboard::default(), Notes::default());
    connect(&mut board, &mut notes, ALICE_DESK, "alice");
    connect(&mut board, &mut notes, ALICE_LAPTOP, "alice");
    connect(&mut board, &mut notes, BOB, "bob");
    notes.sent.clear();
    (board, notes)
}

/// Alice talks on her desk's Device.
fn talking() -> (Switchboard, Notes) {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    board.said(
        ALICE_DESK,
        ClientMessage::Answer(description("desk")),
        &mut notes,
    );
    notes.sent.clear();
    notes.told.clear();
    (board, notes)
}

#[test]
fn keys_are_noted_of_the_device_that_holds_the_leg_and_of_no_other() {
    let (mut board, mut notes) = talking();
    let press = |dtmf: &str| {
        ClientMessage::Dtmf(Keys {
            callsid: call().to_string(),
            dtmf: dtmf.to_owned(),
        })
    };
    board.said(ALICE_DESK, press("12w"), &mut notes);
    board.said(ALICE_DESK, press("#x\n9"), &mut notes);
    board.said(ALICE_LAPTOP, press("7"), &mut notes);
    board.said(BOB, press("8"), &mut notes);
    let (_, leg) = board.views().next().unwrap();
    assert_eq!(leg.keys, "12w#9");
    assert_eq!(notes.sent.len() + notes.told.len(), 0);
}

#[test]
fn an_offered_leg_rings_every_device_of_the_identity_and_no_other() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), ["invite+sdp"]);
    let (_, invite) = &notes.sent[0];
    let invite = serde_json::to_value(invite).unwrap();
    assert_eq!(invite["payload"]["parameters"]["Params"], "topic=a+%26+b");
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["invite+sdp"]);
    assert_eq!(notes.heard_by(BOB), [""; 0]);
    assert_eq!(notes.told, [LegFact::Ringing]);
}

#[test]
fn a_leg_to_nobody_is_unreachable() {
    let (mut board, mut notes) = everybody();
    board.said(ALICE_DESK, register(false), &mut notes);
    board.closed(Millis(0), ALICE_LAPTOP);
    offer(&mut board, &mut notes);
    assert_eq!(notes.told, [LegFact::Unreachable]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["offline"]);
}

#[test]
fn the_first_answer_wins_and_the_others_are_cancelled_once() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    board.said(
        ALICE_LAPTOP,
        ClientMessage::Answer(description("b")),
        &mut notes,
    );
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["answer"]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["cancel"]);
    board.said(
        ALICE_DESK,
        ClientMessage::Answer(description("a")),
        &mut notes,
    );
    board.said(ALICE_DESK, ClientMessage::Hangup(reference()), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), [""; 0]);
    assert_eq!(notes.told, [LegFact::Ringing, LegFact::Answered]);
    assert_eq!(notes.closed, 0);
}

#[test]
fn an_answer_without_usable_media_ends_the_leg_and_rings_nobody_any_more() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    notes.media_fails = true;
    board.said(
        ALICE_DESK,
        ClientMessage::Answer(description("a")),
        &mut notes,
    );
    assert_eq!(notes.heard_by(ALICE_DESK), ["hangup"]);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["cancel"]);
    assert_eq!(notes.told, [LegFact::Ringing, LegFact::Rejected]);
    assert_eq!(board.views().count(), 0);
}

#[test]
fn nobody_answers_rejects_or_ends_a_call_that_is_not_his() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    for message in [
        ClientMessage::Answer(description("x")),
        ClientMessage::Reject(reference()),
        ClientMessage::Hangup(reference()),
        ClientMessage::Reinvite(description("x")),
    ] {
        board.said(BOB, message, &mut notes);
    }
    assert!(notes.sent.is_empty());
    assert_eq!(notes.told, [LegFact::Ringing]);
}

#[test]
fn a_rejection_by_one_device_stops_all() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    board.said(ALICE_DESK, ClientMessage::Reject(reference()), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), [""; 0]);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["cancel"]);
    assert_eq!(notes.told, [LegFact::Ringing, LegFact::Rejected]);
    assert_eq!(notes.closed, 1);
}

#[test]
fn a_leg_that_is_taken_back_is_cancelled_on_all_and_told_to_nobody() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    board.end(&call(), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), ["cancel"]);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["cancel"]);
    assert_eq!(notes.told, [LegFact::Ringing]);
}

#[test]
fn a_forwarded_leg_is_answered_with_a_description_and_cancelled_where_it_rang() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    let second = ConnectionId(9);
    board.opened(second);
    board.said(second, listen("alice"), &mut notes);
    board.said(
        second,
        with_token(&reconnect_token(&call()), "second"),
        &mut notes,
    );
    assert_eq!(notes.heard_by(second), ["connected", "answer+sdp"]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["cancel"]);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["cancel"]);
    assert_eq!(notes.told, [LegFact::Ringing, LegFact::Answered]);
}

#[test]
fn a_forwarded_leg_without_usable_media_rings_on() {
    let (mut board, mut notes) = everybody();
    offer(&mut board, &mut notes);
    notes.sent.clear();
    notes.media_fails = true;
    board.said(
        BOB,
        with_token(&reconnect_token(&call()), "second"),
        &mut notes,
    );
    assert_eq!(notes.heard_by(BOB), ["hangup"]);
    notes.media_fails = false;
    board.said(
        ALICE_DESK,
        ClientMessage::Answer(description("a")),
        &mut notes,
    );
    assert_eq!(notes.heard_by(ALICE_DESK), ["answer"]);
}

#[test]
fn a_live_leg_that_is_forwarded_is_hung_up_where_it_was() {
    let (mut board, mut notes) = talking();
    board.said(
        ALICE_LAPTOP,
        with_token(&reconnect_token(&call()), "laptop"),
        &mut notes,
    );
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["answer+sdp"]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["hangup"]);
    assert!(notes.told.is_empty());
}

#[test]
fn a_live_leg_outlives_its_socket_and_is_resumed_by_the_same_transport() {
    let (mut board, mut notes) = talking();
    board.closed(Millis(1000), ALICE_DESK);
    assert_eq!(board.next_deadline(), Some(Millis(31_000)));
    board.fire(Millis(30_999), &mut notes);
    let again = ConnectionId(9);
    board.opened(again);
    board.said(again, listen("alice"), &mut notes);
    board.said(
        again,
        with_token(&reconnect_token(&call()), "desk"),
        &mut notes,
    );
    assert_eq!(notes.heard_by(again), ["connected", "answer"]);
    assert_eq!(board.next_deadline(), None);
    board.end(&call(), &mut notes);
    assert_eq!(notes.heard_by(again), ["hangup"]);
    assert!(notes.told.is_empty());
}

#[test]
fn a_live_leg_is_resumed_even_before_the_old_socket_is_known_to_be_gone() {
    let (mut board, mut notes) = talking();
    let again = ConnectionId(9);
    board.opened(again);
    board.said(again, listen("alice"), &mut notes);
    board.said(
        again,
        with_token(&reconnect_token(&call()), "desk"),
        &mut notes,
    );
    board.closed(Millis(0), ALICE_DESK);
    assert_eq!(board.next_deadline(), None);
    assert_eq!(notes.heard_by(ALICE_DESK), [""; 0]);
}

#[test]
fn who_does_not_come_back_in_time_is_hung_up() {
    let (mut board, mut notes) = talking();
    board.closed(Millis(0), ALICE_DESK);
    board.fire(RECONNECT_TIMEOUT, &mut notes);
    assert_eq!(notes.told, [LegFact::HungUp]);
    assert_eq!(notes.closed, 1);
    let token = reconnect_token(&call());
    board.said(ALICE_LAPTOP, with_token(&token, "desk"), &mut notes);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["hangup"]);
}

#[test]
fn a_wrong_token_takes_no_call() {
    let (mut board, mut notes) = talking();
    board.said(BOB, with_token("guess", "bob"), &mut notes);
    assert_eq!(notes.heard_by(BOB), ["hangup"]);
    board.end(&call(), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), ["hangup"]);
}

#[test]
fn a_device_that_is_back_may_hang_up_before_it_resumes() {
    let (mut board, mut notes) = talking();
    board.closed(Millis(0), ALICE_DESK);
    board.said(BOB, ClientMessage::Hangup(reference()), &mut notes);
    assert!(notes.told.is_empty());
    board.said(ALICE_LAPTOP, ClientMessage::Hangup(reference()), &mut notes);
    assert_eq!(notes.told, [LegFact::HungUp]);
}

#[test]
fn an_ice_restart_is_answered_and_changes_the_transport_that_resumes() {
    let (mut board, mut notes) = talking();
    board.said(
        ALICE_DESK,
        ClientMessage::Reinvite(description("new")),
        &mut notes,
    );
    assert_eq!(notes.renegotiated, [sdp("new")]);
    board.renegotiated(&call(), Ok("answer".to_owned()), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), ["answer+sdp"]);
    board.said(
        ALICE_LAPTOP,
        with_token(&reconnect_token(&call()), "new"),
        &mut notes,
    );
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["answer"]);
}

#[test]
fn a_device_dials_and_may_hang_up_by_the_name_that_it_made_up() {
    let (mut board, mut notes) = everybody();
    let invite = Invite {
        callsid: "TJS1".to_owned(),
        sdp: sdp("own"),
        reconnect: None,
        twilio: TwilioParameters {
            params: "To=client%3Abob&topic=a+%26+b".to_owned(),
        },
    };
    board.said(ALICE_DESK, ClientMessage::Invite(invite), &mut notes);
    let parameters = vec![
        ("To".to_owned(), "client:bob".to_owned()),
        ("topic".to_owned(), "a & b".to_owned()),
    ];
    assert_eq!(notes.dialled, [("alice".to_owned(), parameters)]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["ringing", "answer+sdp"]);
    let hangup = CallReference {
        callsid: "TJS1".to_owned(),
    };
    board.said(ALICE_DESK, ClientMessage::Hangup(hangup), &mut notes);
    assert_eq!(notes.told, [LegFact::Answered, LegFact::HungUp]);
}

#[test]
fn without_a_valid_token_nothing_is_registered_or_dialled() {
    let (mut board, mut notes) = (Switchboard::default(), Notes::default());
    board.opened(BOB);
    board.said(BOB, register(true), &mut notes);
    let bad = Listen {
        token: "forged".to_owned(),
    };
    board.said(BOB, ClientMessage::Listen(bad), &mut notes);
    board.said(BOB, with_token("t", "u"), &mut notes);
    assert_eq!(notes.heard_by(BOB), ["error", "error", "error"]);
    assert!(notes.dialled.is_empty());
}

#[test]
fn a_new_token_for_the_same_identity_keeps_the_registration() {
    let (mut board, mut notes) = everybody();
    board.said(BOB, listen("bob"), &mut notes);
    board.said(ALICE_DESK, listen("bob"), &mut notes);
    offer(&mut board, &mut notes);
    assert_eq!(notes.heard_by(BOB), ["connected"]);
    assert_eq!(notes.heard_by(ALICE_DESK), ["connected"]);
    assert_eq!(notes.heard_by(ALICE_LAPTOP), ["invite+sdp"]);
}

#[test]
fn a_user_message_is_acknowledged() {
    let (mut board, mut notes) = talking();
    let message = UserMessage {
        callsid: call().to_string(),
        voiceeventsid: "KX1".to_owned(),
    };
    board.said(ALICE_DESK, ClientMessage::Message(message), &mut notes);
    assert_eq!(notes.heard_by(ALICE_DESK), ["ack"]);
}
