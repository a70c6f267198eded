// The real Voice SDK against the sandbox's voice product, without Flex: `npx playwright test -c sdk`.
import { configured } from "../helpers/config";

export default configured(".", "*.spec.ts");
