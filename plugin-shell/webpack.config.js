// Twilio's builder reads this file: https://www.twilio.com/docs/flex/developer/plugins/cli/plugin-builder#webpack
// package.json's `browserslist` is the newest syntax that this webpack (4) can parse, not what we support: whatever has
// the DecompressionStream that the core needs (Chrome 80, Firefox 113, Safari 16.4) runs it. ES5 would cost 7 KB gzipped.
const path = require('path');

module.exports = (config) => {
  Object.assign(config.resolve.alias, {
    // 200 KB of themes that nothing of ours shows.
    '@twilio-paste/theme$': path.join(__dirname, 'src', 'paste', 'theme.js'),
    // 45 KB of springs for one arrow that nothing of ours has.
    '@twilio-paste/animation-library$': path.join(__dirname, 'src', 'paste', 'animation.js'),
    // 120 KB that only serve warnings of development builds.
    '@twilio-paste/design-tokens/dist/tokens.raw.json$': path.join(__dirname, 'src', 'paste', 'no-tokens.json'),
  });
  return config;
};
