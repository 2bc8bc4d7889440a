/** Signing: one act that goes on in slices, and documents that are read one by one. */

import "./signing.css";
import { startAct } from "./act";
import { startReview } from "./review";

const act = document.getElementById("signing");
if (act) startAct(act);
const review = document.getElementById("review");
if (review) startReview(review);
