/* The little script of family pages: they are read without it. */
import { registerWorker } from "./worker/register";

registerWorker();
