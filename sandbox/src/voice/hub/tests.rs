//! A Device made of str0m and a WebSocket against the running voice product: what the browser's tests prove with the
//! real SDK, here without one.

use super::*;
use crate::voice::g711;
use crate::voice::tones::tone;
use futures_util::{SinkExt, StreamExt};
use serde_json::{json, Value};
use str0m::change::SdpOffer;
use str0m::media::{Frequency, MediaTime};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Input as RtcInput, Output as RtcOutput, Rtc, RtcConfig};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Longer than anything here takes on the slowest machine: only a failing test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    sandbox: Sandbox,
    orders: mpsc::UnboundedSender<Output>,
    address: String,
}

impl Running {
    /// The voice product alone, on a port of its own; the test stands in for the world's orders.
    async fn start() -> Self {
        let sandbox = Sandbox::for_tests();
        let (orders, outputs) = mpsc::unbounded_channel();
        assert!(sandbox.voice().start_with(&sandbox, outputs));
        tokio::spawn(crate::voice::conference::run(
            sandbox.clone(),
            Arc::clone(sandbox.voice().shared()),
        ));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = crate::voice::routes(&sandbox);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            sandbox,
            orders,
            address,
        }
    }

    async fn device(&self, identity: &str) -> Socket {
        let url = format!("ws://{}/t/voice-js.roaming.twilio.com/signal", self.address);
        let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        let token = format!("sandbox-token-{identity}");
        say(&mut socket, "listen", json!({"token": token})).await;
        assert_eq!(
            hear(&mut socket, "connected").await["token"]["identity"],
            identity
        );
        say(&mut socket, "register", json!({"media": {"audio": true}})).await;
        hear(&mut socket, "ready").await;
        socket
    }

    fn offer(&self, number: u128) -> CallSid {
        let call = CallSid::from_number(number);
        let order = Output::OfferLeg {
            call: call.clone(),
            identity: "alice".to_owned(),
            from: "+15550100".to_owned(),
            to: "client:alice".to_owned(),
            parameters: Vec::new(),
        };
        self.orders.send(order).unwrap();
        call
    }

    /// Waits until the meters of a leg are as wanted.
    async fn until(&self, call: &CallSid, wanted: impl Fn(&Value) -> bool) {
        let waiting = async {
            loop {
                let levels = crate::voice::levels(&self.sandbox);
                let leg = levels
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|leg| leg["call"] == call.as_str());
                if wanted(leg.unwrap_or(&Value::Null)) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting)
            .await
            .unwrap_or_else(|_| {
                panic!("still: {}", crate::voice::levels(&self.sandbox));
            });
    }
}

async fn say(socket: &mut Socket, kind: &str, payload: Value) {
    let text = json!({"type": kind, "payload": payload, "version": "1.6"}).to_string();
    socket.send(Message::text(text)).await.unwrap();
}

/// The payload of the next message of a type.
async fn hear(socket: &mut Socket, kind: &str) -> Value {
    let waiting = async {
        loop {
            let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
            if text.trim().is_empty() {
                continue;
            }
            let message: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(message["type"], kind, "{message}");
            return message["payload"].clone();
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap()
}

/// Answers an offer and says a tone until it is dropped.
async fn speak(offer: &str, hertz: u32) -> (String, tokio::task::JoinHandle<()>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let local = socket.local_addr().unwrap();
    let mut rtc = RtcConfig::new()
        .set_crypto_provider(Arc::new(str0m::crypto::from_feature_flags()))
        .clear_codecs()
        .enable_pcmu(true, false)
        .build(Instant::now());
    rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
    let offer = SdpOffer::from_sdp_string(offer).unwrap();
    let answer = rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
    (answer, tokio::spawn(run(rtc, socket, hertz)))
}

async fn run(mut rtc: Rtc, socket: UdpSocket, hertz: u32) {
    let destination = socket.local_addr().unwrap();
    let mut clock = tokio::time::interval(Duration::from_millis(20));
    let mut datagram = vec![0; 2000];
    let mut mid = None;
    let mut frame = 0;
    loop {
        let deadline = match rtc.poll_output().unwrap() {
            RtcOutput::Timeout(deadline) => deadline,
            RtcOutput::Transmit(sent) => {
                let _ = socket.try_send_to(&sent.contents, sent.destination);
                continue;
            }
            RtcOutput::Event(event) => {
                if let str0m::Event::MediaAdded(added) = event {
                    mid = Some(added.mid);
                }
                continue;
            }
        };
        tokio::select! {
            Ok((length, source)) = socket.recv_from(&mut datagram) => {
                let contents = datagram[..length].try_into().unwrap();
                let received = Receive { proto: Protocol::Udp, source, destination, contents };
                rtc.handle_input(RtcInput::Receive(Instant::now(), received)).unwrap();
            }
            () = tokio::time::sleep_until(deadline.into()) => {
                rtc.handle_input(RtcInput::Timeout(Instant::now())).unwrap();
            }
            _ = clock.tick() => {
                if !rtc.is_connected() { continue; }
                frame += 1;
                let sound: Vec<u8> = tone(hertz, frame).iter().map(|s| g711::encode(*s)).collect();
                let writer = rtc.writer(mid.unwrap()).unwrap();
                let pt = writer.payload_params().next().unwrap().pt();
                let time = MediaTime::new(frame * 160, Frequency::EIGHT_KHZ);
                writer.write(pt, Instant::now(), time, sound).unwrap();
            }
        }
    }
}

#[tokio::test]
async fn an_answered_leg_carries_sound_outlives_its_socket_and_is_hung_up() {
    let running = Running::start().await;
    let mut socket = running.device("alice").await;
    let call = running.offer(0x1001);
    let invite = hear(&mut socket, "invite").await;
    running
        .until(&call, |leg| {
            leg["state"] == "ringing" && leg["heard_ms"] == json!({}) && leg["level_in"] == 0
        })
        .await;
    let (sdp, voice) = speak(invite["sdp"].as_str().unwrap(), 600).await;
    say(&mut socket, "answer", json!({"callsid": call, "sdp": sdp})).await;
    let token = hear(&mut socket, "answer").await["reconnect"].clone();
    running
        .until(&call, |leg| {
            leg["rtp"] == "sound" && (5000..6000).contains(&leg["level_in_now"].as_u64().unwrap())
        })
        .await;

    crate::voice::drop_signalling(&running.sandbox, "alice");
    running.until(&call, |leg| leg["state"] == "adrift").await;
    let mut socket = running.device("alice").await;
    say(
        &mut socket,
        "invite",
        json!({"callsid": call, "sdp": sdp, "reconnect": token, "twilio": {}}),
    )
    .await;
    assert_eq!(hear(&mut socket, "answer").await.get("sdp"), None);
    running
        .until(&call, |leg| leg["state"] == "live" && leg["rtp"] == "sound")
        .await;

    voice.abort();
    running.until(&call, |leg| leg["rtp"] == "none").await;
    running
        .orders
        .send(Output::HangUpLeg { call: call.clone() })
        .unwrap();
    assert_eq!(hear(&mut socket, "hangup").await["callsid"], call.as_str());
    running.until(&call, Value::is_null).await;
}

#[tokio::test]
async fn malformed_frames_are_ignored_and_the_socket_lives() {
    let running = Running::start().await;
    let mut socket = running.device("alice").await;
    for text in [
        "{",
        "[]",
        "\n",
        "null",
        r#"{"type":"answer","payload":{}}"#,
        r#"{"type":7}"#,
    ] {
        socket.send(Message::text(text)).await.unwrap();
    }
    socket.send(Message::binary(vec![0, 255, 1])).await.unwrap();
    say(
        &mut socket,
        "invite",
        json!({"callsid": "TJS1", "sdp": "nonsense"}),
    )
    .await;
    hear(&mut socket, "ringing").await;
    assert_eq!(hear(&mut socket, "hangup").await["error"]["code"], 31400);
    let call = running.offer(0x1002);
    hear(&mut socket, "invite").await;
    say(
        &mut socket,
        "answer",
        json!({"callsid": call, "sdp": "v=0"}),
    )
    .await;
    assert_eq!(hear(&mut socket, "hangup").await["error"]["code"], 31400);
}

#[tokio::test]
async fn a_datagram_from_anybody_does_not_harm_a_leg() {
    let running = Running::start().await;
    let mut socket = running.device("alice").await;
    let call = running.offer(0x1003);
    let invite = hear(&mut socket, "invite").await;
    let offer = invite["sdp"].as_str().unwrap();
    let port = offer
        .lines()
        .find_map(|line| line.strip_prefix("a=candidate:"))
        .and_then(|line| line.split(' ').nth(5))
        .unwrap()
        .to_owned();
    let (sdp, _voice) = speak(offer, 600).await;
    say(&mut socket, "answer", json!({"callsid": call, "sdp": sdp})).await;
    hear(&mut socket, "answer").await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    for datagram in [
        &b""[..],
        b"x",
        &[0x80; 12],
        &[22; 13],
        &[0, 1, 0, 0],
        &[255; 1500],
    ] {
        let address = format!("127.0.0.1:{port}");
        stranger.send_to(datagram, address).await.unwrap();
    }
    running.until(&call, |leg| leg["rtp"] == "sound").await;
}
