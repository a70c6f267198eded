import { configured } from "./helpers/config";

export default configured("./bench", "set-up.ts", { reporter: "line", timeout: 1_500_000 });
