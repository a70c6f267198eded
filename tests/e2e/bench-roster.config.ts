import { configured } from "./helpers/config";

export default configured("./bench", "roster.ts", { reporter: "line", timeout: 1_500_000 });
