import { exponential, logarithm } from "../src/learn/kernels/twin-numbers.ts";
import { meanLoss } from "../src/learn/linear/losses.ts";
import { exp } from "@millrace/program";
const n=200000; const x=Float64Array.from({length:n},(_,i)=>Math.sin(i)*5); const y=Float64Array.from(x,(v,i)=>Number(v>Math.sin(i*7))); const r=new Float64Array(n);
function time(name:string,f:()=>void){f();f();const t=performance.now();for(let k=0;k<5;k++)f();console.log(name,((performance.now()-t)/5/n*1e6).toFixed(1),"ns");}
let s=0;
time("exponential",()=>{for(let i=0;i<n;i++)s+=exponential(x[i]!);});
time("logarithm",()=>{for(let i=0;i<n;i++)s+=logarithm(1+Math.abs(x[i]!));});
time("program exp",()=>{for(let i=0;i<n;i++)s+=exp(x[i]!);});
time("Math.exp",()=>{for(let i=0;i<n;i++)s+=Math.exp(x[i]!);});
time("meanLoss",()=>{s+=meanLoss("binary",1,x,y,undefined,n,r);});
time("meanLoss regression",()=>{s+=meanLoss("regression",1,x,y,undefined,n,r);});
console.log(s);
