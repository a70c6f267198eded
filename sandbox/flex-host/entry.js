// What a hosted Flex page has as globals; plugins built by Twilio's builder expect exactly these as externals.
// `require`, not `import`: the order matters, because Flex reads `window.React` and friends while it loads.
window.React = require("react");
window.ReactDOM = require("react-dom");
window.Redux = require("redux");
window.ReactRedux = require("react-redux");
window.Twilio = window.Twilio || {};
window.Twilio.Flex = require("@twilio/flex-ui");
