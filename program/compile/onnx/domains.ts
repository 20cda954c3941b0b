/** What onnxruntime 1.30 reads at most; `TreeEnsemble` with doubles is of ai.onnx.ml 5. */
export const irVersion = 13;
export const opset = 26;
export const mlOpset = 5;

export const mlDomain = "ai.onnx.ml";
export const microsoftDomain = "com.microsoft";
