"""Words that people take for passwords, and the rows that fingers run along.

Gathered from the well-known lists of leaked passwords (their heads agree), the habits of Chinese users, and words that
lie near in a neighbourhood centre. Compared with the core of a password, digits and signs around it taken off.
"""

RUNS = (
    "0123456789",
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "!qaz@wsx#edc$rfv%tgb^yhn",
    "!@#$%^&*()",
    "qazwsxedcrfvtgbyhnujm",
)

_WORLD = """
password passwd pass passw0rd passwort pwd secret letmein welcome login logon master monkey dragon shadow sunshine
princess football baseball superman batman trustno iloveyou ilove love lovely hello helloworld freedom whatever
admin administrator root user guest test tester testing demo default system server manager supervisor operator
oracle sysadmin secadmin auditor audit changeme change temp temporary computer internet windows office microsoft google
qwerty qwertyuiop qwer asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qaz qazwsx qazwsxedc wsx abc abcd abcde abcdef
aa aaa aaaa a b q x xx xxx z zz zzz china chinese beijing shanghai happy summer winter spring autumn monday january
"""

_CHINA = """
woaini woainima woaiwojia woaizhongguo aini wodemima mima mimashi mimas zhanghao denglu guanliyuan guanli yonghu ceshi
zhongguo zhonghua zhongguoren renmin renminzhengfu dangyuan dangjian dang gongchandang weirenminfuwu fuwu fuwuzhongxin
linli linlizhongxin linlidesk linliqiantai shequ jiedao juweihui cunwei wangge bianmin zhengwu xingzheng chuangkou
fujian fuzhou xiamen quanzhou zhangzhou putian longyan sanming nanping ningde junmen gulou taijiang cangshan quangang
zhangsan lisi wangwu xiaoming baobao laogong laopo mama baba nihao nihaoma gongxifacai facai jixiang pingan kuaile
dell lenovo huawei xiaomi wechat weixin taobao alibaba tencent qq wo ni
"""

_NUMBERS = """
123456 12345678 123456789 1234567890 0123456789 111111 000000 666666 888888 88888888 123123 123321 112233 121212
654321 987654321 147258369 159357 789456 789456123 5201314 1314520 520520 521521 7758521 7758258 131452 10086 10010
12345 110120 110119 12306
"""

COMMON_CORES = frozenset((_WORLD + _CHINA + _NUMBERS).split())
