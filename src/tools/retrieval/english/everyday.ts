/** General English of any domain: amounts, spans of time, states, people, light verbs. Written as the tasks are. */
export const everydayWords = `
count list number : how_many_of_them amount_of_them
balance quota usage limit : how_much_is_left how_much_do_i_have_left how_many_do_i_have_left how_much_of~used
duration time : how_long_did~take how_long_does~take how_long_has for_how_long
history changes log events : since_when when_did~change who_changed what_changed what_has_changed what_did_we_change ever_since
history versions revisions : used_to_say used_to_be looked_like_before before_the_change
status health check : is~down is_it_down gone_down still_working does~still_work everything_all_right everything_ok all_good working_properly anything_wrong
status progress get : how_is~coming_along is~finished is_it_finished ready_yet is~ready done_yet how_far_along
error failed logs : stuck didn't_go_through doesn't_go_through what_is_wrong_with went_wrong_with gone_wrong
assignee owner user : who_is_responsible who_is_in_charge in_charge_of whose_job whose_is_it who_takes_care who_is_looking_after
author creator user : who_made who_created who_started who_is_behind
permission access members list : who_may_see who_can_see who_is_allowed who_may who_else_sees who_can_get_at
permission access remove revoke : shouldn't_see may_no_longer must_not_see take_away~rights
assign : have_somebody get_somebody let~handle
remove delete : don't_need~anymore no_longer_need is_no_longer_needed get~out_of_the_way
restore recover : by_mistake by_accident accidentally
update edit : has_changed no_longer_correct got_a_new has_a_new turned_out make_that
rename update name : should_be_called is_now_called under_another_name
list all : what_do_we_have_in what_have_we what_else_is_there let_me_see_all run_through
list search recent latest : since_yesterday since_last_week since_monday in_the_last_hour over_the_weekend overnight the_other_day this_morning
details get : tell_me_about what_exactly have_a_look_at have_a_look take_a_look give_me_the_details have_a_closer_look
summary report overview : big_picture in_a_nutshell bring_me_up_to_speed bring_me_up_to_date how_are_we_doing how_did_we_do get_me_up_to_speed
compare difference : which_is_better better_or_worse what_is_the_difference how~differs
top sort limit most : the_most biggest largest worst slowest longest busiest
average statistics : on_the_whole typical usually
trend time series : more_and_more going_up_or_down rising_or_falling over_the_months
notify alert message : let_me_know give_me_a_shout give~a_heads-up
schedule time date : put~off_until not_before
pause suspend disable : for_the_time_being on_hold for_now
resume start enable : carry_on pick_up_again go_on_with
cancel stop : changed_our_minds changed_my_mind don't_want~after_all doesn't_want~after_all
duplicate copy : one_more_just_like the_same_but just_like_the_last
move transfer : belongs_in wrong_place should_be_under
link connect : has_to_do_with
add insert : still_missing
create : we_don't_have~yet there_is_no~yet
export download file : take_home~file give_me_a_file hand~as_a_file
import upload : bring~in_from take~over_from
validate check : did_i_make_a_mistake is_this_right is_this_correct
search find : i_can't_remember what_was_it_called the_one_about the_one_with
filter search query : that_are_still which_of_them which_of_our which_of_the
bulk batch update multiple : all_at_once in_one_go every_single
recent latest list : lately
template : the_usual
user current me whoami account info : who_am_i my_own_account
settings configuration update : how~behaves
approve : go_ahead_with
publish : let_the_world_see for_all_to_see
`
