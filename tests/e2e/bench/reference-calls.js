// The reference's order with several calls, as plain as it can be: before an accept, and before somebody is taken back from
// hold, the agent's other calls are muted and their hold is asked for, which nothing waits for; a second call goes to a
// device of its own, open from the start. Served in the place of Backline's plugin by the bench.
(() => {
  class Reference {
    constructor() {
      this.name = "reference";
    }

    init(flex, manager) {
      const voice = manager.voiceClient;
      const calls = [];
      const tasks = () => [...manager.store.getState().flex.worker.tasks.values()];
      const others = (task) =>
        (task.conference?.participants ?? []).filter((one) => !one.isCurrentWorker && one.status === "joined");
      const legOf = (task) =>
        task.conference?.participants.find((one) => one.isCurrentWorker && one.status === "joined")?.callSid;
      const mute = (leg, muted) => calls.find((call) => call.parameters.CallSid === leg)?.mute(muted);

      const holdAllBut = (spared) => {
        for (const task of tasks()) {
          const leg = legOf(task);
          if (task.taskStatus !== "assigned" || (spared && leg === spared)) continue;
          if (leg) mute(leg, true);
          for (const { participantType, workerSid, callSid } of others(task)) {
            const targetSid = participantType === "worker" ? workerSid : callSid;
            void flex.Actions.invokeAction("HoldParticipant", { participantType, task, targetSid });
          }
        }
      };

      flex.Actions.addListener("beforeAcceptTask", async () => holdAllBut());
      flex.Actions.addListener("beforeUnholdCall", async ({ task, sid }) => {
        const leg = legOf(task ?? tasks().find((one) => one.sid === sid));
        if (!leg) return;
        mute(leg, false);
        holdAllBut(leg);
      });

      // Not the reference's, which leaves a call alone of which Flex does not know yet that it is joined: the bench waits.
      window.referenceKnowsAll = () =>
        tasks().every((task) => task.taskStatus !== "assigned" || (legOf(task) && others(task).length > 0));

      const keep = (call, device) => {
        calls.push(call);
        const over = () => {
          if (calls.includes(call)) calls.splice(calls.indexOf(call), 1);
          device?.destroy();
          if (calls.length > 0) manager.store.dispatch({ type: "PHONE_ADD_CALL", payload: calls[0] });
          else if (device) manager.store.dispatch({ type: "PHONE_REMOVE_CALL" });
        };
        call.on("disconnect", over);
        call.on("reject", over);
      };

      voice.on("incoming", async (call) => {
        if (!voice.isBusy) return keep(call);
        const Device = Object.getPrototypeOf(voice).constructor;
        const { acceptOptions: _, audioConstraints: __, ...options } = manager.configuration.sdkOptions?.voice ?? {};
        const device = new Device(voice.token, { ...options, allowIncomingWhileBusy: false, appName: "flex-ui" });
        const taken = await device.connect({ connectToken: call.connectToken });
        keep(taken, device);
        manager.store.dispatch({ type: "PHONE_ADD_CALL", payload: taken });
      });

      flex.Notifications.on(flex.NotificationEvent.beforeAddNotification, ({ id }, cancel) => {
        if (id === "SecondVoiceCallIncoming") cancel();
      });
    }
  }

  window.Twilio.Flex.Plugins.init(Reference);
})();
