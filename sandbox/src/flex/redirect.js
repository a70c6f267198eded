// Sends what the SDKs address to Twilio's hosts to this page's own origin, as /t/<host>/<path>, before Flex loads.
// Flex's own bundle stays as it is on npm.
(function () {
  "use strict";
  const twilio = /(^|\.)twilio(cdn)?\.com$/;

  function target(address, socket) {
    let url;
    try {
      url = new URL(String(address), location.href);
    } catch {
      return address;
    }
    if (!twilio.test(url.hostname)) return address;
    const origin = socket ? "ws://" + location.host : location.origin;
    return origin + "/t/" + url.hostname + url.pathname + url.search;
  }

  const NativeSocket = window.WebSocket;
  window.WebSocket = class WebSocket extends NativeSocket {
    constructor(url, protocols) {
      super(target(url, true), protocols);
    }
  };

  const nativeFetch = window.fetch;
  window.fetch = function fetch(input, init) {
    if (input instanceof Request) {
      const url = target(input.url);
      return nativeFetch.call(this, url === input.url ? input : new Request(url, input), init);
    }
    return nativeFetch.call(this, target(input), init);
  };

  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    return open.call(this, method, target(url), ...rest);
  };

  const beacon = navigator.sendBeacon;
  navigator.sendBeacon = (url, data) => beacon.call(navigator, target(url), data);

  // Elements that load what they name, whether it is set as a property or as an attribute.
  const loaders = [
    [HTMLMediaElement, "src"],
    [HTMLSourceElement, "src"],
    [HTMLScriptElement, "src"],
    [HTMLImageElement, "src"],
    [HTMLLinkElement, "href"],
  ];
  for (const [type, name] of loaders) {
    const property = Object.getOwnPropertyDescriptor(type.prototype, name);
    Object.defineProperty(type.prototype, name, {
      ...property,
      set(value) {
        property.set.call(this, target(value));
      },
    });
  }
  const setAttribute = Element.prototype.setAttribute;
  Element.prototype.setAttribute = function (name, value) {
    const loads = loaders.some(([type, loaded]) => this instanceof type && loaded === String(name).toLowerCase());
    return setAttribute.call(this, name, loads ? target(value) : value);
  };

  // Rules that Flex's style engine inserts name pictures (the flags of the dial pad).
  const insertRule = CSSStyleSheet.prototype.insertRule;
  CSSStyleSheet.prototype.insertRule = function (rule, index) {
    return insertRule.call(this, String(rule).replace(/https:\/\/[\w./-]+/g, (url) => target(url)), index);
  };

  // The icon of a desktop notification.
  if (window.Notification) {
    const NativeNotification = window.Notification;
    window.Notification = class Notification extends NativeNotification {
      constructor(title, options) {
        super(title, options && options.icon ? { ...options, icon: target(options.icon) } : options);
      }
    };
  }

  const NativeAudio = window.Audio;
  window.Audio = function Audio(src) {
    return src === undefined ? new NativeAudio() : new NativeAudio(target(src));
  };
  window.Audio.prototype = NativeAudio.prototype;
})();
