//! What runs at Twilio and in the functions: TaskRouter's bridge, webhooks, REST, functions.

use super::message::{Asker, Message, Page, Rpc};
use super::station::agent_of;
use super::{rest, Office, EPOCH, NAMES};
use backline::effect::TaskOrder;
use backline::error::Failure;
use backline::event::{EffectId, Outcome};
use backline::functions::{self, http, order::Change, Answer, Body, Order, Run, Settings, Step};
use backline::time::Millis;
use backline_world::output::{Output, Webhook};
use backline_world::routing::{NewTask, RoutingError, WorkerUpdate};
use backline_world::{account, World};
use serde_json::{json, Value};

pub const BASE: &str = "http://functions.example";

/// Twilio ends a function after this
/// (<https://www.twilio.com/docs/serverless/functions-assets/functions#limits>).
const FUNCTION_LIMIT: Millis = Millis::from_secs(10);

/// A request that the functions are answering.
pub struct Served {
    asker: Asker,
    run: Run,
    batch: u32,
    answers: Vec<Option<Answer>>,
}

impl Office {
    /// From now on TaskRouter tells the functions of its events, as not every account has it.
    pub fn tell_task_events(&mut self) {
        let url = format!("{BASE}/internal-call/common/taskrouter-event");
        self.change(|world| world.routing.set_event_callback(Some(url)));
    }

    /// Changes the world, now, and puts what it asks for on its way.
    pub fn change<T>(&mut self, change: impl FnOnce(&mut World) -> T) -> T {
        let answer = self.world.change(self.now, change);
        self.changed = true;
        for output in self.world.drain() {
            self.carry(output);
        }
        answer
    }

    fn carry(&mut self, output: Output) {
        match output {
            Output::WorkerEvent {
                worker,
                event_type,
                payload,
            } => {
                let agent = (0..NAMES.len()).find(|agent| account::worker_sid(*agent) == worker);
                let agent = agent.unwrap();
                self.learn(agent, &event_type, &payload);
                self.push(agent, &event_type, &payload);
            }
            Output::WorkerIndexChanged { .. }
            | Output::ConferenceItem { .. }
            | Output::HangUpLeg { .. } => {}
            Output::OfferLeg { call, .. } => self.send("phone:ring", Message::PhoneRings { call }),
            Output::CancelLeg { call } => self.send("phone:stop", Message::PhoneStops { call }),
            Output::Webhook(webhook) => self.webhook(webhook),
        }
    }

    fn webhook(&mut self, webhook: Webhook) {
        let target = webhook.url.strip_prefix(BASE).unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut parameters: Vec<(String, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (key.to_owned(), rest::decode(value)))
            .collect();
        parameters.extend(webhook.parameters);
        let text = |name: &str| {
            let found = parameters.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let hop = match webhook.purpose {
            "twiml" => "webhook:twiml".to_owned(),
            "call-status" => "webhook:leg-over".to_owned(),
            "taskrouter-event" => "webhook:task-event".to_owned(),
            _ => format!(
                "webhook:{}:{}",
                text("StatusCallbackEvent"),
                text("ParticipantLabel")
            ),
        };
        if text("StatusCallbackEvent") == "participant-join" {
            let (call, label) = (text("FriendlyName"), text("ParticipantLabel"));
            self.learn_join(call, label);
        }
        let message = Message::Request {
            from: Asker::Twilio {
                webhook: webhook.id,
            },
            path: path.to_owned(),
            parameters,
        };
        self.send(&hop, message);
    }

    pub(super) fn rpc(&mut self, page: Page, reply: Option<EffectId>, rpc: Rpc) {
        let agent = agent_of(page.seat);
        let outcome = self.change(|world| match rpc {
            Rpc::CreateTask(order) => world
                .routing
                .create_task(world.now(), new_task(agent, &order))
                .map(|task| Outcome::TaskCreated { task }),
            Rpc::Update {
                reservation,
                update,
            } => world
                .routing
                .update_reservation(world.now(), &reservation, update, None)
                .map(|()| Outcome::Done),
            Rpc::Activity {
                name,
                reject_pending,
            } => {
                let activities: Vec<_> = world.routing.activities().cloned().collect();
                let activity = activities.into_iter().find(|one| one.name == name);
                let update = WorkerUpdate {
                    activity: activity.map(|one| one.sid),
                    reject_pending,
                    ..WorkerUpdate::default()
                };
                let worker = account::worker_sid(agent);
                let updated = world.routing.update_worker(world.now(), &worker, update);
                updated.map(|()| Outcome::Done)
            }
        });
        let outcome = outcome.unwrap_or_else(|error: RoutingError| Outcome::Failed {
            failure: Failure {
                status: Some(error.status()),
                message: error.to_string(),
            },
        });
        if let Some(id) = reply {
            self.send("settled:rpc", Message::Settled { page, id, outcome });
        }
    }

    pub(super) fn requested(&mut self, from: Asker, path: &str, parameters: &[(String, String)]) {
        let request = match http::request(path, parameters) {
            Ok(request) => request,
            Err(error) => self.fail(&format!("{path} was not understood: {error}")),
        };
        self.begin(from, functions::start(settings(), request));
    }

    fn begin(&mut self, asker: Asker, (run, step): (Run, Step)) {
        self.sent += 1;
        let id = self.sent;
        let served = Served {
            asker,
            run,
            batch: 0,
            answers: Vec::new(),
        };
        self.runs.insert(id, served);
        let dies = self.now + FUNCTION_LIMIT;
        self.arrive(dies, Message::RunDies { run: id });
        self.go_on(id, step);
    }

    fn go_on(&mut self, id: u64, step: Step) {
        let Some(served) = self.runs.get_mut(&id) else {
            return;
        };
        match step {
            Step::Respond(response) => {
                let body = match response.body {
                    Body::Json(text) | Body::Twiml(text) => text,
                    Body::Wav(_) | Body::Empty => String::new(),
                };
                self.respond(id, response.status, body);
            }
            Step::Orders(orders) => {
                served.batch += 1;
                served.answers = vec![None; orders.len()];
                let batch = served.batch;
                for (index, order) in orders.into_iter().enumerate() {
                    let message = Message::Order {
                        run: id,
                        batch,
                        index,
                        order: order.clone(),
                    };
                    self.send(&format!("rest:{}", kind(&order)), message);
                }
            }
        }
    }

    fn respond(&mut self, id: u64, status: u16, body: String) {
        let Some(served) = self.runs.remove(&id) else {
            return;
        };
        match served.asker {
            Asker::Plugin { page, id } => {
                let outcome = understood(status, &body);
                self.send("settled:http", Message::Settled { page, id, outcome });
            }
            Asker::Twilio { webhook } => {
                let message = Message::WebhookAnswer {
                    id: webhook,
                    answer: Some((status, body)),
                };
                self.send("answer:webhook", message);
                if self.sweeps.begin(EPOCH + self.now) {
                    self.begin(Asker::Nobody, functions::sweep(settings()));
                }
            }
            Asker::Nobody => {}
        }
    }

    pub(super) fn run_dies(&mut self, id: u64) {
        self.respond(id, 504, String::new());
    }

    pub(super) fn ordered(&mut self, run: u64, batch: u32, index: usize, order: &Order) {
        let call = http::call(&rest::api(), order);
        let lag = self.lag;
        let (status, etag, body) = self.change(|world| rest::answer(world, lag, &call));
        let answer = http::answer(order, status, etag.as_deref(), &body);
        let message = Message::Answer {
            run,
            batch,
            index,
            answer,
        };
        self.send(&format!("answer:{}", kind(order)), message);
    }

    pub(super) fn answered(&mut self, run: u64, batch: u32, index: usize, answer: Answer) {
        let now = EPOCH + self.now;
        let Some(served) = self.runs.get_mut(&run).filter(|one| one.batch == batch) else {
            return;
        };
        served.answers[index] = Some(answer);
        if served.answers.iter().all(Option::is_some) {
            let answers = std::mem::take(&mut served.answers);
            let step = served
                .run
                .resume(now, answers.into_iter().flatten().collect());
            self.go_on(run, step);
        }
    }
}

fn settings() -> Settings {
    Settings {
        workflow: account::internal_call_workflow_sid(),
        base: BASE.to_owned(),
    }
}

/// As the SDK's `createTask` asks for it: routed to the agent himself.
fn new_task(agent: usize, order: &TaskOrder) -> NewTask {
    let mut attributes = match serde_json::to_value(&order.attributes).unwrap() {
        Value::Object(attributes) => attributes,
        other => panic!("attributes are {other}"),
    };
    attributes.insert("outbound_to".to_owned(), json!(order.to.as_str()));
    attributes.insert("from".to_owned(), json!(order.from.as_str()));
    NewTask {
        attributes,
        workflow: Some(order.workflow.to_string()),
        queue: Some(order.queue.to_string()),
        channel: Some(order.task_channel.clone()),
        priority: None,
        timeout_s: None,
        routing_target: Some(account::worker_sid(agent).to_string()),
        ignore_capacity: None,
        virtual_start: None,
    }
}

/// As `performHttp` reads an answer.
pub fn understood(status: u16, body: &str) -> Outcome {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name: &str| json[name].as_str().map(str::to_owned);
    Outcome::Answered {
        status,
        message: text("message").unwrap_or_else(|| body.chars().take(200).collect()),
        code: text("code"),
    }
}

fn kind(order: &Order) -> &'static str {
    match order {
        Order::ValidateToken { .. } => "validate-token",
        Order::FetchTask { .. } => "fetch-task",
        Order::UpdateTask {
            change: Change::Attributes(_),
            ..
        } => "update-task",
        Order::UpdateTask {
            change: Change::Close(_),
            ..
        } => "close-task",
        Order::CreateTask(_) => "create-task",
        Order::ListCalleeTasks { .. } => "list-tasks",
        Order::ListCallerTasks => "list-callers",
        Order::ListConversation { .. } => "list-conversation",
        Order::ListOpposite { .. } => "list-opposite",
        Order::FetchColleague { .. } => "fetch-colleague",
        Order::ListReservations { .. } => "list-reservations",
        Order::FetchWorker { .. } => "fetch-worker",
        Order::FetchVoiceChannel { .. } => "fetch-channel",
        Order::ListWorkers { .. } => "list-workers",
        Order::FetchPerson { .. } => "fetch-person",
        Order::FetchWorkflow { .. } => "fetch-workflow",
        Order::FetchTargets { .. } => "fetch-targets",
        Order::ListQueues => "list-queues",
        Order::HoldParticipant { .. } => "hold-participant",
        Order::LetGo { .. } => "let-go",
        Order::RemoveParticipant { .. } => "remove-participant",
        Order::ListConferences { .. } => "list-conferences",
        Order::ListParticipants { .. } => "list-participants",
        Order::CreateParticipant(_) => "create-participant",
        Order::RedirectCall { .. } => "redirect-call",
        Order::EndConference { .. } => "end-conference",
    }
}
