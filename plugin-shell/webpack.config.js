// Twilio's builder reads this file: https://www.twilio.com/docs/flex/developer/plugins/cli/plugin-builder#webpack
const path = require('path');

module.exports = (config) => {
  Object.assign(config.resolve.alias, {
    // 200 KB of themes that nothing of ours shows.
    '@twilio-paste/theme$': path.join(__dirname, 'src', 'paste', 'theme.js'),
  });
  return config;
};
