"""Freezes scikit-learn's mutual information: python mutual-information.oracle.py > mutual-information.golden.json
scikit-learn 1.5.2. Comparison tolerance: 1e-10 absolute."""
import json
from sklearn.metrics import mutual_info_score, adjusted_mutual_info_score
import random
import sys
random.seed(3)
cases=[]
for n,kx,ky,dep in [(12,3,2,.9),(60,5,4,.5),(200,10,3,0),(40,40,2,0),(30,1,3,0),(25,6,6,1.0)]:
    y=[random.randrange(ky) for _ in range(n)]
    x=[(y[i]%kx if random.random()<dep else random.randrange(kx)) if kx<n else i for i in range(n)]
    cases.append(dict(x=x,y=y,mi=mutual_info_score(x,y),ami=adjusted_mutual_info_score(x,y)))
json.dump({"by":"scikit-learn 1.5.2, average_method arithmetic","cases":cases},sys.stdout)
