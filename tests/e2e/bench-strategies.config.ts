import { configured } from "./helpers/config";

export default configured("./bench", "strategies.ts", { reporter: "line", timeout: 900_000 });
