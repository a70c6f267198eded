// Stands in for @twilio-paste/animation-library (see webpack.config.js): Paste's Button moves the arrow of a link with
// it, and we have no links.
export const useSpring = () => ({});
export const animated = (component) => component;
