/**
 * What people say they want done, and the verbs that tools are named with. A line is `tool words : everyday words`:
 * tool words stand for each other, and an everyday word stands for them, not they for it. `get_rid_of` is a phrase;
 * in `call~off` up to four words may stand between. General English of offices and computers; no product is named.
 */
export const englishVerbs = `
create add new make : open start log file start~new set_up set~up setup generate open~new begin establish put~together spin_up provision start_a found compose build write~up need_a_new come_up_with schedule raise register make_me initialize initiate
add insert append attach include : put~in put~on put~into put~onto put~at_the_end tack_on throw_in stick~in slip~in enter pop~in drop~into another extra one_more as_well additional extend link_up supplement sign~up
delete remove erase drop destroy : call~off cancel abort get_rid_of rid throw~away throw~out bin trash scrap wipe toss ditch discard kill dump purge clear~out clean_up clean~out cancel take~down take~off strike~from forget no_longer_need do_away_with eliminate tear_down unsubscribe unlink kick~out lose
cancel abort : call~off drop_out withdraw scrap not_happening back_out
update edit modify change set patch : fix correct rename adjust alter tweak amend revise swap replace rewrite make_it bump touch_up push~back bring~forward postpone delay shift reschedule switch~to turn~into improve raise~to lower~to increase decrease reword rework overwrite convert fill~in mark~as assign prolong
rename : give~another_name give~new_name name~instead change_the_name retitle
replace : swap substitute exchange put~instead
move transfer : put~into shift relocate drag bring~over take~to file_under sort~into migrate push~back reschedule reorder
copy duplicate clone : same_again another_copy replicate mirror reproduce
get retrieve fetch read show view details : look_at look~up check see tell_me show_me give_me what_is what's what_does what_are pull~up bring~up open inspect display find_out let_me_see info information about describe how_is how_are know reveal
list get all show : which what_are_the what_do_we_have who_are give_me_all enumerate every how_many overview everything all_of all_my what_kinds what_sort available exist existing there_are
read content contents text : what_does~say what's_in what_is_in say says written open look_into go_through
search find query lookup : look_for look~up look_through hunt where_is where_did where's dig track_down google locate any_about anything_about seek discover come_up find_me recommend suggest browse scan
filter : only narrow just_the whose
send post deliver : write_to drop~a_line let~know tell notify message inform shoot ping say_to announce share forward reach_out dispatch pass~on mail text shout broadcast get_back_to
reply respond answer : get_back_to write_back react_to say_back comment_back tell_them
respond accept decline rsvp : can't_make_it can_make_it will_come won't_come attend turn~down say_yes say_no confirm_that_i
accept approve confirm : agree okay sign_off green_light allow say_yes nod good_to_go lgtm looks_good authorize let~through
decline reject refuse deny : turn~down say_no can't_make_it won't not_agree send~back
execute run : launch fire carry_out start kick_off perform try do_it invoke
run execute command : shell terminal console bash prompt cmd script
start launch begin run : turn~on switch~on boot fire_up kick_off bring_up get~going spin_up power
stop end terminate kill : turn~off switch~off shut~down halt quit bring~down cut~off finish cease
restart reboot : turn~off_and_on bounce start~again kick
close complete finish done resolve : tick~off check~off tick cross~off done_with finished i've_done i_did is_done it's_done wrap~up mark~done did_it solved settle shut sort~out completed
reopen restore undo revert : bring~back not_done_after_all go_back_to earlier_version previous_version take~back recover undelete unarchive as_it_was roll~back changed_my_mind old_version after_all
rollback rollout undo revert : go_back_to earlier_version previous_version roll~back last_release
archive : put~away store~away shelve out_of_sight retire
save store write : put~in_a_file keep jot~down note~down write~down put~down persist record write~to dump~into
write file : save~as save~to store~as
remember store create entity memory : keep_in_mind don't_forget note_that learn bear_in_mind for_the_record memorize recall
forget delete memory entity : unlearn don't_remember erase~memory
download export : save~to_disk get~onto_my pull~down grab take~offline bring~home keep_a_copy for_offline
upload import push attach : put~online send~up load~into hand_in submit put~up
publish release deploy : go_live put~live make~public ship roll~out push~live put~online
merge : get~into_main bring~together combine join fold~into bring~into land squash
compare diff difference : what's_different versus vs better_than side_by_side differ changed contrast stack_up
assign : give~to hand~to put~in_charge responsible owner take_over delegate
share invite permission access : give~access let~see let~in let~edit open~up bring~in collaborate
subscribe watch follow : keep_me_posted keep_an_eye notify_me tell_me_when let_me_know_when
star favorite like bookmark : love heart save_for_later thumbs_up remember~for_later mark~favorite pin
react reaction emoji : thumbs_up smiley heart like~message
pin : stick~to_the_top keep~on_top
comment : leave~note say~under remark feedback write~under chime_in
review : look~over feedback approve request_changes critique give~opinion
convert transform translate format : turn~into make~into change~into switch~to into_a_different
translate translation : in_english in_german in_french in_spanish say~in what_does~mean_in from_english into_english
calculate compute sum count : work~out how_much_is add~up figure_out how_many total times plus minus divided
validate verify check test : make_sure is_it_valid works double_check is_it_ok sanity correct
analyze analysis report insights statistics : break~down dig_into understand how_well how_good trends trend performance make_sense evaluate how_am_i_doing
summarize summary overview : boil~down gist in_short short_version sum~up tl;dr recap wrap~up digest brief
schedule plan : set~up arrange book put~in_my line_up slot pencil_in organise organize fix_a_date
book reserve reservation booking : get_us_a get_me_a secure table_for hold
order purchase buy checkout : get_me pick_up acquire shop
pay payment charge : settle transfer_money give~money send~money cough_up debit
refund : money_back give~back pay~back return~money reimburse
enable activate : turn~on switch~on allow
disable deactivate : turn~off switch~off block
lock : freeze shut~off
block ban : keep~out kick~out
scale replicas : more_copies more_of fewer resize grow shrink beef_up how_many_instances
drain cordon node : out_of_service take~out maintenance evacuate
monitor health status : alive working up_and_running keep_an_eye is~down is~up doing_ok
wait : hang_on hold_on until pause sit_tight give_it
sleep pause wait : take_a_break rest
click press : hit push tap choose poke
type fill enter input : write~into put~into key~in
fill form : write~into complete~form enter~details sign_up_form
press key keyboard : hit enter_key escape
select choose option : pick opt tick~box go_for
navigate open visit browse goto : go_to head_to take_me_to bring_up pull~up surf load
back previous : go_back return one_step_back before
scroll : further_down go_down
hover mouse : point_at
drag drop : pull~over
screenshot capture image : picture_of what~looks_like snap photo_of see_what how~looks
fork : own_version copy_of_the_project
stash : put~aside set~aside shelve park temporarily
commit : check~in save~changes record~changes checked_in snapshot~work
stage add index : include_in_the_commit
push upload : send~to_origin publish~commits upload~commits to_the_remote to_origin
pull fetch sync : get~latest newest_changes bring_up_to_date from_origin from_upstream
rebase : replay on_top_of linear
checkout switch branch : jump_to go_over_to work_on_another
blame author annotate : who_wrote who_changed whose_fault who_is_responsible_for_line last_touched_line who_introduced
log history commits : what_happened who_did who_committed over_time went_in
explain documentation docs : how_does what_does~do how_do_i_use help_me_understand meaning manual
describe details : tell_me_more more_about everything_about full_picture
extract parse : pull~out get~out take~out_of
generate create : make_up come_up_with produce draw paint
upgrade update : newer newest_version bring_up_to
install : put~on set~up get~running
uninstall remove : take~off get_rid_of
connect link relate : hook~up tie~together belongs_to has_to_do
disconnect : unhook cut~off log~out
login authenticate sign : log~in sign~in get_into
logout : log~out sign~out
crawl scrape extract : harvest gather~from collect~from
join enter : become_a_member hop_on
leave exit : quit get_out
mute silence : shut_up quiet no_more_notifications stop_bothering
play : put~on listen hear watch
skip next : forward
rate rating review : stars score how_good opinion
vote poll : choose_between ask_everyone
draft : don't_send_yet do_not_send unsent write_but ready_to_send
forward : pass~on send~along
sort order : arrange rank
group : bundle together cluster
split : break~up cut~up divide
lookup get by id : this_particular that_specific number
set active current default : use~from_now_on switch~to work_with
reset clear : start_over back_to_zero wipe start_from_scratch
encode decode base64 : scramble
encrypt decrypt : protect secret
scan detect : look_for check_for
trigger run start : kick_off set~off fire
retry rerun : try_again once_more do_it_again again
ping health : alive still_there responding
`
