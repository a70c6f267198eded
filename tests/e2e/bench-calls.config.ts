import { configured } from "./helpers/config";

export default configured("./bench", "calls.ts", { reporter: "line", timeout: 1_500_000 });
