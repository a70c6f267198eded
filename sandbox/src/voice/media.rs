//! The media of one leg: str0m (a sans-IO WebRTC) and one UDP socket on the loopback interface, run by one task.
//!
//! A single host candidate: the browser is on the same machine. Full ICE: of a lite agent Chrome names the pair that it uses
//! with a later check, up to a second after the first, and str0m sends nothing of its DTLS before (measured). PCMU only.

use super::g711;
use super::inbox::{Inbox, Spoken};
use super::tones::{Frame, FRAME_SAMPLES};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::media::{Direction, Frequency, MediaKind, MediaTime, Mid};
use str0m::net::{Protocol, Receive};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot};

/// Largest datagram that is read, bytes: an Ethernet frame.
const DATAGRAM: usize = 2000;

/// Why a leg has no media.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// No socket could be bound.
    #[error("no UDP socket: {0}")]
    Socket(#[from] std::io::Error),
    /// The session description cannot be read or used.
    #[error("session description refused: {0}")]
    Description(String),
    /// The leg has ended meanwhile.
    #[error("the leg is over")]
    Over,
}

/// An offer that waits for a Device's answer.
pub struct Offered {
    transport: Transport,
    pending: SdpPendingOffer,
    mid: Mid,
}

/// A leg with media; it ends when this is dropped.
#[derive(Debug)]
pub struct LegMedia {
    orders: mpsc::UnboundedSender<Order>,
    inbox: Arc<Mutex<Inbox>>,
}

enum Order {
    Play(Box<Frame>),
    Renegotiate(String, oneshot::Sender<Result<String, MediaError>>),
}

#[derive(Debug)]
struct Transport {
    rtc: Rtc,
    socket: UdpSocket,
    local: SocketAddr,
}

/// Makes an offer to a Device. Must be called inside the runtime.
///
/// # Errors
/// [`MediaError::Socket`] without a socket; [`MediaError::Description`] if str0m makes no offer.
pub fn offer() -> Result<(Offered, String), MediaError> {
    let mut transport = Transport::new()?;
    let mut changes = transport.rtc.sdp_api();
    let mid = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let (offer, pending) = changes
        .apply()
        .ok_or_else(|| MediaError::Description("nothing to offer".to_owned()))?;
    let offered = Offered {
        transport,
        pending,
        mid,
    };
    Ok((offered, offer.to_sdp_string()))
}

/// Answers a Device's own offer.
///
/// # Errors
/// [`MediaError::Socket`] without a socket; [`MediaError::Description`] if the offer cannot be used.
pub fn answer(offer: &str) -> Result<(LegMedia, String), MediaError> {
    let mut transport = Transport::new()?;
    let answer = transport.accept_offer(offer)?;
    let mid = mid(&answer);
    Ok((transport.run(mid), answer))
}

impl Offered {
    /// Takes the Device's answer; the leg is up when this returns, its transport follows by itself.
    ///
    /// # Errors
    /// [`MediaError::Description`] if the answer cannot be used.
    pub fn accept(mut self, answer: &str) -> Result<LegMedia, MediaError> {
        let answer = SdpAnswer::from_sdp_string(answer)
            .map_err(|error| MediaError::Description(error.to_string()))?;
        self.transport
            .rtc
            .sdp_api()
            .accept_answer(self.pending, answer)
            .map_err(|error| MediaError::Description(error.to_string()))?;
        Ok(self.transport.run(Some(self.mid)))
    }
}

impl LegMedia {
    /// Sends 20 ms of sound.
    pub fn play(&self, frame: &Frame) {
        // A leg whose task has ended is about to be dropped by its owner.
        let _ = self.orders.send(Order::Play(Box::new(*frame)));
    }

    /// The next 20 ms that arrived, and how many packets have come so far.
    #[must_use]
    pub fn take(&self) -> Taken {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        Taken {
            sound: inbox.take(),
            packets: inbox.packets(),
            spoken: inbox.take_spoken(false),
        }
    }

    /// What of its packets was not yet told: the leg is over.
    #[must_use]
    pub fn last_words(&self) -> Vec<Spoken> {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.take_spoken(true)
    }

    /// Answers a new offer for the same leg (ICE restart).
    pub fn renegotiate(&self, offer: String) -> oneshot::Receiver<Result<String, MediaError>> {
        let (sender, receiver) = oneshot::channel();
        let _ = self.orders.send(Order::Renegotiate(offer, sender));
        receiver
    }
}

/// What came from a leg in 20 ms.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// To be mixed now.
    pub sound: Frame,
    /// Packets so far.
    pub packets: u64,
    /// What arrived meanwhile, to be mixed later.
    pub spoken: Vec<Spoken>,
}

impl Transport {
    fn new() -> Result<Self, MediaError> {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket)?;
        let local = socket.local_addr()?;
        let mut rtc = RtcConfig::new()
            .set_crypto_provider(Arc::new(str0m::crypto::from_feature_flags()))
            .clear_codecs()
            .enable_pcmu(true, false)
            // Nothing changes places on the loopback interface: a lost packet is a gap of 20 ms, not a wait of 300.
            .set_reordering_size_audio(0)
            .build(Instant::now());
        let candidate = Candidate::host(local, "udp")
            .map_err(|error| MediaError::Description(error.to_string()))?;
        rtc.add_local_candidate(candidate);
        Ok(Self { rtc, socket, local })
    }

    fn accept_offer(&mut self, offer: &str) -> Result<String, MediaError> {
        let offer = SdpOffer::from_sdp_string(offer)
            .map_err(|error| MediaError::Description(error.to_string()))?;
        let answer = self
            .rtc
            .sdp_api()
            .accept_offer(offer)
            .map_err(|error| MediaError::Description(error.to_string()))?;
        Ok(answer.to_sdp_string())
    }

    fn run(self, mid: Option<Mid>) -> LegMedia {
        let (orders, receiver) = mpsc::unbounded_channel();
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let task = LegTask {
            transport: self,
            mid,
            inbox: Arc::clone(&inbox),
            played: 0,
        };
        tokio::spawn(task.run(receiver));
        LegMedia { orders, inbox }
    }
}

struct LegTask {
    transport: Transport,
    mid: Option<Mid>,
    inbox: Arc<Mutex<Inbox>>,
    /// Samples sent so far: the RTP time.
    played: u64,
}

impl LegTask {
    async fn run(mut self, mut orders: mpsc::UnboundedReceiver<Order>) {
        let mut datagram = vec![0; DATAGRAM];
        loop {
            let Some(deadline) = self.settle().await else {
                return;
            };
            tokio::select! {
                received = self.transport.socket.recv_from(&mut datagram) => {
                    if let Ok((length, source)) = received {
                        self.receive(datagram.get(..length).unwrap_or_default(), source);
                    }
                }
                () = tokio::time::sleep_until(deadline.into()) => {
                    self.input(Input::Timeout(Instant::now()));
                }
                order = orders.recv() => match order {
                    Some(Order::Play(frame)) => self.play(&frame),
                    Some(Order::Renegotiate(offer, reply)) => {
                        let _ = reply.send(self.transport.accept_offer(&offer));
                    }
                    None => {
                        self.transport.rtc.disconnect();
                        return;
                    }
                },
            }
        }
    }

    /// Carries out all that str0m asks for; until when it may sleep, or `None` if it failed for good.
    async fn settle(&mut self) -> Option<Instant> {
        loop {
            match self.transport.rtc.poll_output() {
                Ok(Output::Timeout(deadline)) => return Some(deadline),
                Ok(Output::Transmit(datagram)) => {
                    // UDP: what the loopback interface does not take is lost, as on any network.
                    let _ = self
                        .transport
                        .socket
                        .send_to(&datagram.contents, datagram.destination)
                        .await;
                }
                Ok(Output::Event(event)) => self.notice(event),
                Err(error) => {
                    tracing::warn!(%error, "a leg's media failed");
                    return None;
                }
            }
        }
    }

    fn notice(&mut self, event: Event) {
        if let Event::MediaData(data) = event {
            self.inbox
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .receive(&data.data, data.time.as_micros(), data.network_time);
        } else if let Event::MediaAdded(added) = event {
            self.mid = Some(added.mid);
        }
    }

    fn receive(&mut self, datagram: &[u8], source: SocketAddr) {
        // Anything may arrive at an open port: what is neither STUN, DTLS nor RTP is not for us.
        if let Ok(contents) = datagram.try_into() {
            let destination = self.transport.local;
            self.input(Input::Receive(
                Instant::now(),
                Receive {
                    proto: Protocol::Udp,
                    source,
                    destination,
                    contents,
                },
            ));
        }
    }

    fn input(&mut self, input: Input<'_>) {
        if let Err(error) = self.transport.rtc.handle_input(input) {
            tracing::debug!(%error, "a leg's media refused an input");
        }
    }

    fn play(&mut self, frame: &Frame) {
        let time = MediaTime::new(self.played, Frequency::EIGHT_KHZ);
        // RTP time goes on before the transport is up, so the first packet is as late as it is.
        self.played += FRAME_SAMPLES as u64;
        if !self.transport.rtc.is_connected() {
            return;
        }
        let Some(writer) = self.mid.and_then(|mid| self.transport.rtc.writer(mid)) else {
            return;
        };
        let Some(pt) = writer.payload_params().next().map(|params| params.pt()) else {
            return;
        };
        let payload: Vec<u8> = frame.iter().map(|sample| g711::encode(*sample)).collect();
        if let Err(error) = writer.write(pt, Instant::now(), time, payload) {
            tracing::debug!(%error, "a frame was not sent");
        }
    }
}

fn mid(description: &str) -> Option<Mid> {
    description
        .lines()
        .find_map(|line| line.strip_prefix("a=mid:"))
        .map(|mid| Mid::from(mid.trim()))
}
