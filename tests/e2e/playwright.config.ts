import { configured } from "./helpers/config";

export default configured("./specs", "*.spec.ts");
