"""Writes elementary.golden.json: arguments, and the exact value as two doubles (nearest, rest).

python3 elementary-oracle.py 120 > elementary.golden.json   (mpmath 1.3.0, 1400 bits)
"""
import json
import random
import sys

import mpmath as mp

mp.mp.prec=1400
random.seed(7)
n=int(sys.argv[1])
def expo(lo,hi): return random.choice([-1,1])*random.uniform(1,2)*2.0**random.uniform(lo,hi)
fs={"exp":(mp.exp,lambda:random.choice([random.uniform(-708,709),expo(-40,9.4),random.uniform(-1,1)])),
"expm1":(mp.expm1,lambda:random.choice([random.uniform(-40,709),expo(-40,5),random.uniform(-1,1)])),
"log":(mp.log,lambda:abs(random.choice([expo(-1070,1022),random.uniform(.5,2),1+expo(-50,-3)]))),
"log1p":(mp.log1p,lambda:random.choice([abs(expo(-1000,1022)),random.uniform(-.999,2),expo(-60,-3)])),
"sin":(mp.sin,lambda:random.choice([expo(-1000,1022),random.uniform(-10,10),random.uniform(-2e6,2e6),round(random.uniform(1,1e6))*mp.pi/2])),
"cos":(mp.cos,lambda:random.choice([expo(-1000,1022),random.uniform(-10,10),random.uniform(-2e6,2e6),round(random.uniform(1,1e6))*mp.pi/2])),
"tanh":(mp.tanh,lambda:random.choice([random.uniform(-19,19),expo(-60,4),random.uniform(-1,1)])),
"sigmoid":(lambda x:1/(1+mp.exp(-x)),lambda:random.choice([random.uniform(-700,39),expo(-60,5),random.uniform(-1,1)])),
}
def split(v):
  hi=float(v); lo=float(v-mp.mpf(hi)); return [hi,lo]
out={}
for k,(f,g) in fs.items():
  rows=[]
  while len(rows)<n:
    x=float(g()); v=f(mp.mpf(x))
    if abs(v)<2.3e-308 or abs(v)>1.7e308: continue
    rows.append([x]+split(v))
  out[k]=rows
rows=[]
while len(rows)<n:
  x=abs(float(random.choice([expo(-300,300),random.uniform(.5,2),1+expo(-40,-3)]))); y=float(random.choice([expo(-5,20),random.uniform(-10,10),round(random.uniform(-9,9)), expo(-5,45)]))
  if abs(y*mp.log(x))>708: continue
  v=mp.power(mp.mpf(x),mp.mpf(y)); rows.append([x,y]+split(v))
out["pow"]=rows
print("{"); print(",\n".join('"%s":[\n%s]'%(k,",\n".join(json.dumps(r) for r in v)) for k,v in out.items())); print("}")
