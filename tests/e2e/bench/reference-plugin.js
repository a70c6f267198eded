// The reference's sequence on the page, as plain as it can be: a button instead of a panel, the task that creates itself a
// leg by `reservation.call`, completion when a call is over. Served in the place of Backline's plugin by the bench.
(() => {
  const functions = "__FUNCTIONS__";
  const callees = __CALLEES__;

  class Reference {
    constructor() {
      this.name = "reference";
    }

    init(flex, manager) {
      const me = () => manager.workerClient;
      const flow = () => manager.serviceConfiguration.outbound_call_flows.default;

      const place = (callee) =>
        me().createTask(callee.contact_uri, me().attributes.contact_uri, flow().workflow_sid, flow().queue_sid, {
          attributes: {
            to: callee.contact_uri,
            direction: "outbound",
            name: callee.full_name,
            fromName: me().attributes.full_name ?? me().name,
            targetWorker: me().attributes.contact_uri,
            autoAnswer: "true",
            client_call: true,
          },
          taskChannelUniqueName: "voice",
        });

      const bar = document.body.appendChild(document.createElement("div"));
      bar.style.cssText = "position:fixed;bottom:0;right:0;z-index:99999";
      for (const callee of callees) {
        const button = bar.appendChild(document.createElement("button"));
        button.id = `reference-call-${callee.identity}`;
        button.textContent = `Call ${callee.full_name}`;
        button.onclick = () => place(callee);
      }

      flex.Actions.addListener("beforeAcceptTask", async ({ task, sid }, abort) => {
        const reservation = me().reservations.get(task?.sid ?? sid);
        const attributes = reservation.task.attributes;
        if (attributes.client_call !== true) return;
        abort();
        const conference = attributes.conference;
        const url = conference
          ? `${functions}/agent-join-conference?conferenceName=${encodeURIComponent(conference.friendlyName)}`
          : `${functions}/agent-outbound-join?taskSid=${encodeURIComponent(reservation.task.sid)}`;
        await reservation.call(attributes.from ?? me().attributes.contact_uri, url, { accept: true });
      });

      me().on("reservationCreated", (reservation) => {
        if (reservation.task.attributes.autoAnswer === "true") {
          flex.Actions.invokeAction("AcceptTask", { sid: reservation.sid });
          flex.Actions.invokeAction("SelectTask", { sid: reservation.sid });
        }
        // Not the reference's: it leaves a finished call's task to the agent.
        reservation.on("wrapup", () => flex.Actions.invokeAction("CompleteTask", { sid: reservation.sid }));
      });
    }
  }

  window.Twilio.Flex.Plugins.init(Reference);
})();
