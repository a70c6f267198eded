import { configured } from "./helpers/config";

export default configured("./demo", "demo.ts", { reporter: "line", use: { viewport: { width: 1280, height: 720 } } });
